using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>The routed expert's evidence for its class, or a peer's: another expert's evidence for that same class.</summary>
/// <param name="Route">The index of its route.</param>
/// <param name="Class">The class: selected by the routed expert's own selection votes, given to a peer.</param>
/// <param name="Id">The id of the expert in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes the class was selected on; none for a peer.</param>
/// <param name="Estimation">The votes that bound the probability of the class.</param>
/// <param name="Alpha">The failure probability of that bound.</param>
public sealed record ExpertEvidence(
    int Route, int Class, string Id, decimal Sigma, NoiseStream Stream, Votes Selection, Votes Estimation, double Alpha)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Alpha)
{
    /// <summary>The lower bound on the probability of the class under the noise, failing with probability ≤ <see cref="StageEvidence.Alpha"/>.</summary>
    public Probability LowerBound { get; } = Cohen.LowerBound(Class, Estimation, Alpha);

    /// <inheritdoc/>
    public override int Selected => Class;

    /// <summary>R(c) = σ·Φ⁻¹(p); 0 where p ≤ ½.</summary>
    public override double Radius => Cohen.Radius(Sigma, LowerBound);
}
