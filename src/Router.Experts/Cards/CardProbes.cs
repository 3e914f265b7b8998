using Router.Data;
using Router.Engine.Architectures;
using Router.Experts.Loading;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Experts.Cards;

/// <summary>
/// Asks a loaded network what its model card says it answers. A checkpoint cannot tell its σ or input layer, and a
/// wrong one still answers plausibly (docs/formats.md, section 1): this is where it shows.
/// </summary>
/// <param name="data">
/// The data set of a name and split, or null where it is not on this machine; asked once for each, since the networks
/// of a registry are mostly measured on the same images. Not for concurrent use.
/// </param>
public sealed class CardProbes(Func<string, string, DataSet?> data)
{
    // Probes repeat: the same draws at every start, so that a pass cannot turn into a failure by chance.
    private const ulong ProbeSeed = 0;

    private readonly Dictionary<(string Name, string Split), DataSet?> _opened = [];

    /// <summary>The patterns of <see cref="ProbePatterns"/> as inputs.</summary>
    internal static IReadOnlyList<GridInput> Patterns { get; } =
    [
        .. Enumerable.Range(0, ProbePatterns.Count).Select(pattern =>
            new GridInput(ProbePatterns.Levels(pattern), ProbePatterns.Channels, ProbePatterns.Height,
                ProbePatterns.Width)),
    ];

    /// <summary>Runs every probe of the network's card.</summary>
    /// <param name="network">The network.</param>
    /// <param name="accuracyImages">
    /// How many images the accuracy probe may use at most; fewer than on the card widens its tolerance.
    /// </param>
    /// <param name="accuracyDraws">
    /// Noise draws per image, ≥ 1; more of them leave less to chance on our side of the comparison.
    /// </param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public async Task<IReadOnlyList<ProbeResult>> RunAsync(
        LoadedNetwork network, int accuracyImages, int accuracyDraws, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(accuracyImages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(accuracyDraws, 1);
        if (network.Probe is not { } probe)
            return [new(network.Id, "card", ProbeVerdict.Skipped, network.Cards.Length == 1
                ? "no model card beside the checkpoint: nothing to compare with"
                : "a member has no model card with patterns beside its checkpoint: nothing to compare with")];
        if (SeesAnotherSigma(network) is { } another)
            return [new(network.Id, "card", ProbeVerdict.Skipped,
                $"the network sees σ = {network.Config.Sigma}, its card is of {another}: name one of its own with "
                + "'card'")];
        List<ProbeResult> results = [];
        if (probe.Patterns is { } patterns)
            results.Add(await AskPatternsAsync(network, patterns, cancellationToken));
        if (probe.NoisyAccuracy is { } accuracy)
            results.Add(await AskAccuracyAsync(network, accuracy, accuracyImages, accuracyDraws, cancellationToken));
        return results;
    }

    // σ of the card of a network whose answers depend on σ, where that is another one.
    private static decimal? SeesAnotherSigma(LoadedNetwork network) => network.Config.Members.Zip(network.Cards)
        .Where(member => CifarShape.Find(member.First.Architecture) is { SeesSigma: true })
        .Select(member => member.Second?.Sigma)
        .FirstOrDefault(sigma => sigma is not null && sigma != network.Config.Sigma);

    private static async Task<ProbeResult> AskPatternsAsync(
        LoadedNetwork network, PatternProbe probe, CancellationToken cancellationToken)
    {
        if (!network.ImageShape.SequenceEqual(Patterns[0].Shape))
            return new(network.Id, "patterns", ProbeVerdict.Skipped,
                $"the network takes ({string.Join(", ", network.ImageShape)}), the patterns are "
                + $"({string.Join(", ", Patterns[0].Shape)})");
        float[][] logits = await network.LogitsAsync(Patterns, cancellationToken);
        // A card's logits are float32.
        double largest = probe.LargestDifference(logits), accepted =
            Math.Max((double)probe.Tolerance, Rounding.Of(network.ElementType, float32: 0) * probe.LargestLogit);
        return new(
            network.Id, "patterns", largest <= accepted ? ProbeVerdict.Passed : ProbeVerdict.Failed,
            $"largest logit difference {largest:0.0e+0} on {ProbePatterns.Count} patterns, accepted up to "
            + $"{accepted:0.####}");
    }

    private async Task<ProbeResult> AskAccuracyAsync(
        LoadedNetwork network, NoisyAccuracyProbe probe, int most, int draws, CancellationToken cancellationToken)
    {
        if (probe.Sigma != network.Config.Sigma)
            return new(
                network.Id, "noisyAccuracy", ProbeVerdict.Failed,
                $"the card was measured at σ = {probe.Sigma}, the registry says {network.Config.Sigma}; "
                + "at another σ a card has patterns alone");
        if (!_opened.TryGetValue((probe.Dataset, probe.Split), out DataSet? set))
            _opened.Add((probe.Dataset, probe.Split), set = data(probe.Dataset, probe.Split));
        if (set is null)
            return new(network.Id, "noisyAccuracy", ProbeVerdict.Skipped, $"{probe.Dataset} is not on this machine");
        if (set.Count < probe.To || !network.ImageShape.SequenceEqual(
            [set.Shape.Channels, set.Shape.Height, set.Shape.Width]))
            return new(
                network.Id, "noisyAccuracy", ProbeVerdict.Failed,
                $"the card was measured on images {probe.From} to {probe.To - 1} of {set.Name}, which has {set.Count} "
                + $"of {set.Shape}");
        int count = Math.Min(most, probe.To - probe.From);
        LabelledImage[] images = [.. Enumerable.Range(probe.From, count).Select(set.Read)];
        GridInput[] inputs = [.. images.Select(image => image.Image.ToInput())];
        long votesRight = 0;
        for (uint draw = 0; draw < draws; draw++)
        {
            int[] votes = await network.NoisyVotesAsync(inputs, new NoiseStream(ProbeSeed, draw), cancellationToken);
            votesRight += votes.Zip(images).Count(pair => pair.First == pair.Second.Label);
        }
        double right = votesRight / ((double)count * draws);
        // The card's tolerance is for all its images; on fewer, four standard errors are added.
        double accuracy = (double)probe.Accuracy;
        double tolerance = (double)probe.Tolerance
            + (count < probe.To - probe.From ? 4 * Math.Sqrt(accuracy * (1 - accuracy) / count) : 0);
        return new(
            network.Id, "noisyAccuracy",
            Math.Abs(right - accuracy) <= tolerance ? ProbeVerdict.Passed : ProbeVerdict.Failed,
            $"{right:0.0000} of {count} images right ({draws} draw{(draws == 1 ? "" : "s")} each) under σ = "
            + $"{probe.Sigma}, card {accuracy:0.0000} ± {tolerance:0.000}");
    }
}
