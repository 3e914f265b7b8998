using Router.Engine;

namespace Router.Experts.Registry;

/// <summary>Confidence and sample counts of a certificate.</summary>
public sealed record CertificationConfig : Written
{
    /// <summary>Default α, as in the literature.</summary>
    public const decimal DefaultFailureProbability = 0.001m;

    /// <summary>Default n0, as in the literature.</summary>
    public const int DefaultSelection = 100;

    /// <summary>Default N, as in the dual paper.</summary>
    public const int DefaultEstimation = 10_000;

    /// <summary>Default resolution: a radius of some σ within a twentieth of it, for a tenth of the samples.</summary>
    public const decimal DefaultResolution = 0.05m;

    /// <summary>α of one whole certificate, in (0, 1).</summary>
    public decimal FailureProbability { get; init; } = DefaultFailureProbability;

    /// <summary>n0: samples that select route and class, ≥ 1.</summary>
    public int Selection { get; init; } = DefaultSelection;

    /// <summary>N: samples that estimate, ≥ 1, and enough for a bound above ½ to exist.</summary>
    public int Estimation { get; init; } = DefaultEstimation;

    /// <summary>
    /// Sampling stops once what is left of N would add no more than this to a radius, in units of σ; 0: N samples are
    /// always drawn.
    /// </summary>
    public decimal Resolution { get; init; } = DefaultResolution;

    /// <summary>What happens when the routed expert cannot answer.</summary>
    public FailoverConfig Failover { get; init; } = new FailoverConfig.Refuse();
}

/// <summary>What happens when the routed expert cannot answer (certificates, section 3). Closed.</summary>
public abstract record FailoverConfig : Written
{
    private FailoverConfig() { }

    /// <summary>The request is refused (503): the default.</summary>
    public sealed record Refuse : FailoverConfig;

    /// <summary>A fresh router range is drawn for the remaining mix, at a reserved part of α.</summary>
    /// <param name="FailureProbability">The reserved part, above 0 and below the whole α.</param>
    /// <param name="Mixes">The mixes (expert ids) that may remain; empty: any.</param>
    public sealed record Reroute(decimal FailureProbability, ValueArray<ValueArray<string>> Mixes) : FailoverConfig;
}
