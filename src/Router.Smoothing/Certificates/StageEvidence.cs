using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>What one smoothed classifier contributed to a certificate: enough to recompute its radius by hand.</summary>
/// <param name="Id">The id of the expert or router in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes on which the outcome was selected; nothing else is read from them. None for a peer, whose class is given.</param>
/// <param name="Estimation">The votes that bound the outcome's probability, on samples that nothing was selected on.</param>
/// <param name="Alpha">The bound's share of the failure probability; of a quantile's router, the share of each of its bounds.</param>
public record StageEvidence(string Id, decimal Sigma, NoiseStream Stream, Votes Selection, Votes Estimation, double Alpha)
{
    /// <summary>The selected outcome: a class, or for a router the index of a route. The most voted one, unless a route is selected otherwise.</summary>
    public virtual int Selected => Selection.MostVoted;

    /// <summary>The lower bound on the selected outcome's probability under the noise, failing with probability ≤ <see cref="Alpha"/>.</summary>
    public Probability LowerBound => Cohen.LowerBound(Selected, Estimation, Alpha);

    /// <summary>The radius within which the outcome is constant, σ·Φ⁻¹(p); 0 where p ≤ ½: this stage then proves nothing.</summary>
    public virtual double Radius => Cohen.Radius(Sigma, LowerBound);

    /// <summary>Whether nothing was proved.</summary>
    public bool Abstains => Radius == 0;

    /// <summary>The number of samples drawn.</summary>
    public long SamplesDrawn => Selection.Total + Estimation.Total;
}
