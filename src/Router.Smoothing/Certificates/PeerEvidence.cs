using System.Collections.Immutable;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

/// <summary>
/// Evidence of an expert that is not the routed one, for the routed expert's class: within its radius a change of route
/// to it is harmless.
/// </summary>
/// <param name="Route">The index of its route.</param>
/// <param name="Class">The class, selected by the routed expert.</param>
/// <param name="Id">The id of the expert in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Estimation">The votes that bound the probability of the class.</param>
/// <param name="Bounds">
/// The bounds on that probability, and where radii are two-sided on those of the other classes.
/// </param>
public sealed record PeerEvidence(
    int Route, int Class, string Id, decimal Sigma, NoiseStream Stream, VoteCounts Estimation,
    ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Estimation.NoneBefore(), Estimation, Bounds)
{
    /// <summary>The given class.</summary>
    public override int Selected => Class;

    /// <summary>The evidence of a peer from its votes.</summary>
    /// <param name="route">The index of its route.</param>
    /// <param name="label">The class, selected by the routed expert.</param>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">The σ of its noise, in [0,1] pixels.</param>
    /// <param name="bounds">Its votes and their bounds.</param>
    public static PeerEvidence Of(int route, int label, string id, decimal sigma, StageBounds bounds) => new(
        route, label, id, sigma, bounds.Stream, bounds.Estimation, bounds.Prove(label, AlphaLedger.Peer));
}
