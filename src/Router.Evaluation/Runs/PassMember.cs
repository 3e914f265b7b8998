using Router.Estimator;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Runs;

/// <summary>A network that takes part in a pass.</summary>
/// <param name="Id">Its id in the registry, which names its files.</param>
/// <param name="Voter">The network.</param>
/// <param name="Route">Which route leads to this expert, from 0; null for the router.</param>
/// <param name="Device">The device it is on. Networks on one device take turns.</param>
public sealed record PassMember(string Id, IVoter Voter, int? Route, string Device)
{
    /// <summary>How sure an expert must be for a vote to count.</summary>
    public PassThreshold Threshold { get; init; }

    /// <summary>
    /// The noise it draws from, of an image's seed: what it would draw from in the classifier of all.
    /// </summary>
    public NoiseStream StreamOf(ulong seed) =>
        Route is { } route ? RoutedClassifier.ExpertStream(seed, route) : RoutedClassifier.RouterStream(seed);
}
