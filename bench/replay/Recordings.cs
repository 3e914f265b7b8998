using System.Collections.Immutable;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;

namespace Replay.Bench;

/// <summary>A folder of recorded votes of a router and its experts, as the classifiers they are.</summary>
internal sealed class Recordings
{
    /// <summary>α of every certificate.</summary>
    public const double Alpha = 0.001;

    private readonly Dictionary<string, RecordedVoter> _voters = [];
    private readonly string[] _experts;
    private readonly IReadOnlyCollection<string> _mix;

    /// <param name="folder">What <c>dualrs votes</c> wrote.</param>
    /// <param name="router">The router's id.</param>
    /// <param name="data">The folder of CIFAR-10's binary version.</param>
    /// <param name="mix">The experts that stay, the router's votes being recounted for them; null for all.</param>
    public Recordings(string folder, string router, string data, IReadOnlyCollection<string>? mix = null)
    {
        // Routers share a stream: those that were recorded beside this one are left out with it.
        RouterTerms = VoteRecording.Open(folder, router).Terms;
        VoteRecording[] recordings =
        [
            .. Directory.GetFiles(folder, "*.votes")
                .Select(path => VoteRecording.Open(folder, Path.GetFileNameWithoutExtension(path)))
                .Where(recording => recording.Terms.Network is var network
                    && (network == router || recording.Terms.Stream != RouterTerms.Stream)),
        ];
        _experts = [.. recordings.Where(recording => recording.Terms.Network != router)
            .OrderBy(recording => recording.Terms.Stream).Select(recording => recording.Terms.Network)];
        if (_experts.Length != RouterTerms.Outcomes)
            throw new ArgumentException(
                $"{folder} has {_experts.Length} experts, the router votes over {RouterTerms.Outcomes} routes",
                nameof(folder));
        _mix = mix ?? _experts;
        foreach (VoteRecording recording in recordings)
            _voters[recording.Terms.Network] = new(recording, Counts.Selection);
        Cifar10 images = Cifar10.Open(data,
            RouterTerms.Data.EndsWith("train", StringComparison.Ordinal) ? Cifar10Split.Train : Cifar10Split.Test);
        int complete = recordings.Min(recording => recording.CompleteImages);
        Images = [.. RouterTerms.Images.Take(complete)
            .Select(image => (image.Label, images.Read(image.Index).Image.ToInput()))];
    }

    /// <summary>n0 and n of the certificates at fixed counts: 100, and all other draws.</summary>
    public SampleCounts Counts => new(100, RouterTerms.Draws - 100);

    /// <summary>What was recorded of the router.</summary>
    public RecordingTerms RouterTerms { get; }

    /// <summary>The images that every network has voted on to the last draw.</summary>
    public ImmutableArray<(int Label, GridInput Input)> Images { get; }

    /// <summary>The experts of the mix, in the order of the router's outputs.</summary>
    public IReadOnlyList<string> Experts => [.. _experts.Where(_mix.Contains)];

    /// <summary>The same noise as recorded.</summary>
    public SeedSource Seeds => SeedSource.FromCaller(RouterTerms.Seed);

    /// <summary>The recorded networks under a routing rule.</summary>
    public RoutedClassifier Routed(RoutingRule rule) =>
        new RoutedClassifier(RouterTerms.Network, _voters[RouterTerms.Network],
            [.. _experts.Select((id, route) => new Route(id, VoterOf(id, route)))], rule).Restrict(_mix);

    // A plan that stops early reads a recording draw by draw, which one under another number is not asked to.
    private IVoter VoterOf(string id, int route) =>
        _mix.Count == _experts.Length ? _voters[id] : new RestreamedVoter(
            _voters[id], RoutedClassifier.ExpertStream(seed: 0, route).Id);

    /// <summary>One expert alone with all of α: the radius where the class is right, else 0.</summary>
    public async Task<double> SingleAsync(int route, int label, GridInput input)
    {
        RecordedVoter voter = _voters[Experts[route]];
        NoiseStream stream = StreamOf(route, input);
        (int? answer, double radius) =
            await new Smooth(voter, stream).CertifyAsync(input, Counts.Selection, Counts.Estimation, Alpha);
        return answer == label ? radius : 0;
    }

    /// <summary><see cref="SingleAsync"/> of every expert on every image: [route][image].</summary>
    public async Task<double[][]> SinglesAsync()
    {
        double[][] radii = new double[Experts.Count][];
        for (int route = 0; route < radii.Length; route++)
            radii[route] = await Task.WhenAll(Images.Select(image => SingleAsync(route, image.Label, image.Input)));
        return radii;
    }

    /// <summary>σ of a route's expert.</summary>
    public double SigmaOf(int route) => (double)_voters[Experts[route]].Sigma;

    /// <summary>The share of a route's expert's recorded votes that its most voted class has.</summary>
    public async Task<double> ShareAsync(int route, GridInput input)
    {
        RecordedVoter voter = _voters[Experts[route]];
        VoteCounts votes = await voter.VoteAsync(
            new(input, StreamOf(route, input), new(0, Counts.Selection + Counts.Estimation)), default);
        return (double)votes.Counts[votes.MostVoted] / votes.Total;
    }

    private NoiseStream StreamOf(int route, GridInput input) =>
        RoutedClassifier.ExpertStream(Seeds.SeedForInput(input.Hash), Array.IndexOf(_experts, Experts[route]));
}
