using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>What one smoothed classifier contributed to a certificate: enough to recompute its radius by hand.</summary>
/// <param name="Id">The id of the expert or router in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes on which the outcome was selected; nothing else is read from them. None for a peer, whose class was given.</param>
/// <param name="Estimation">The votes that bound the outcome's probability, on samples that nothing was selected on.</param>
/// <param name="Alpha">The failure probability of each bound on its selected outcome.</param>
public abstract record StageEvidence(string Id, decimal Sigma, NoiseStream Stream, Votes Selection, Votes Estimation, double Alpha)
{
    /// <summary>The selected outcome: a class, or for a router the index of a route.</summary>
    public abstract int Selected { get; }

    /// <summary>The radius within which the outcome is constant; 0 proves nothing.</summary>
    public abstract double Radius { get; }

    /// <summary>Whether nothing was proved.</summary>
    public bool Abstains => Radius == 0;

    /// <summary>The number of samples drawn.</summary>
    public long SamplesDrawn => Selection.Total + Estimation.Total;
}
