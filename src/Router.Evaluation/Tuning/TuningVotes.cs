using System.Collections.Concurrent;
using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tuning;

/// <summary>
/// The votes that a cascade is tuned on, and what certificates at n votes are to be expected from them
/// (<see cref="ExpectedMargins"/>): of the true class of each image, for a certificate of another one is worth nothing.
/// </summary>
/// <param name="networks">The experts' votes, in the order in which a cascade may ask them.</param>
/// <param name="labels">The true class of each image.</param>
/// <param name="estimation">n, the votes that a certificate will bound.</param>
/// <param name="alpha">α of a certificate.</param>
internal sealed class TuningVotes(
    ImmutableArray<VotesByConfidence> networks, ImmutableArray<int> labels, long estimation, double alpha)
{
    private readonly ExpectedMargins[] _tables =
        [.. networks.Select(network => new ExpectedMargins(network.Draws, estimation))];
    private readonly ConcurrentDictionary<(int Network, int Pass, double Lower, double Upper), StageMargins> _margins =
        [];

    /// <summary>The networks, in the order in which a cascade may ask them.</summary>
    public ImmutableArray<TunedNetwork> Networks { get; } = [.. networks.Select(votes => votes.Network)];

    /// <summary>The true class of each image.</summary>
    public ImmutableArray<int> Labels { get; } = labels;

    /// <summary>C.</summary>
    public int Classes => Networks[0].Outcomes;

    /// <summary>α.</summary>
    public double Alpha { get; } = alpha;

    /// <summary>
    /// The radius that each image is to be expected to have under one expert alone; not above 0 for none.
    /// </summary>
    /// <param name="network">The place of the expert; every vote of it counts.</param>
    public double[] Alone(int network)
    {
        AlphaLedger ledger = AlphaLedger.Single(Alpha).WithOtherClasses(Classes);
        StageMargins margins =
            Margins(network, 0, ledger[AlphaLedger.Expert], ledger[ledger.OthersOf(AlphaLedger.Expert)!]);
        return [.. margins.Lower.Zip(margins.Highest, (lower, rival) => (lower - rival) / 2)];
    }

    /// <summary>The margins of a stage of a cascade.</summary>
    internal StageMargins Margins(int stages, int network, int pass)
    {
        AlphaLedger ledger = new Cascade([.. Enumerable.Repeat<Thresholds>(0.5m, stages - 1)]).Split(Alpha);
        return Margins(network, pass, ledger[AlphaLedger.Expert], ledger[AlphaLedger.Silence]);
    }

    /// <summary>Margins whose bounds have all of α, each for itself: no split of α has better ones.</summary>
    internal StageMargins BestMargins(int network, int pass) => Margins(network, pass, Alpha, Alpha);

    /// <summary>σΦ⁻¹(τ) at each step of τ.</summary>
    internal static double[] ThresholdMargins(double sigma) => [.. Enumerable.Range(0, TunedCascade.ThresholdSteps)
        .Select(step => sigma * Normal.Quantile((double)step / TunedCascade.ThresholdSteps))];

    private StageMargins Margins(int network, int pass, double lower, double upper) => _margins.GetOrAdd(
        (network, pass, lower, upper),
        key => new(networks[key.Network], Labels, key.Pass, _tables[key.Network], key.Lower, key.Upper));
}
