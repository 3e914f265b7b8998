using System.Collections.Immutable;
using Router.Experts.Registry;
using Router.Training.Runs;

namespace Router.Training.Dual;

/// <summary>
/// How router and experts are trained in turn, each for the other: the dual training of Sun, Mao and Vechev 2026.
/// </summary>
public sealed record DualPlan
{
    /// <summary>The experts it starts from; a router of theirs is not used.</summary>
    public required RegistryConfig Start { get; init; }

    /// <summary>
    /// How a round's router is trained; null where there is none: the experts are a cascade, the most noise asked
    /// first, each sure of its class by half of its votes.
    /// </summary>
    public required RouterTraining? Router { get; init; }

    /// <summary>How a round fine-tunes an expert; its own architecture stands for the recipe's.</summary>
    public required Recipe Expert { get; init; }

    /// <summary>How experts get robust at their σ.</summary>
    public Robustness Robustness { get; init; } = new Robustness.Gaussian();

    /// <summary>
    /// Whether experts are trained for the mix, by what all of them answered in this round, and how much that counts;
    /// null for each σ alone. Only with <see cref="Robustness.Consistency"/>.
    /// </summary>
    public MixWeighting? ForMix { get; init; }

    /// <summary>
    /// How many of the learned images the experts are asked about, every so-many-th; null for all. A router learns
    /// these, and so do experts of a cascade and those that are trained for the mix.
    /// </summary>
    public int? TargetImages { get; init; }

    /// <summary>Draws of each expert on each of them, ≥ 1.</summary>
    public int TargetDraws { get; init; } = 64;

    /// <summary>Draws of the router on each learned image, ≥ 1: the most voted route gets the image.</summary>
    public int RoutingVotes { get; init; } = 16;

    /// <summary>
    /// The share of all other images that an expert learns too, so that it does not forget, in [0, 1].
    /// </summary>
    public double Elsewhere { get; init; } = .25;

    /// <summary>How systems are compared.</summary>
    public DualScoring Scoring { get; init; } = new();

    /// <summary>Of votes, choices and certificates; the trainings' own follow from it.</summary>
    public ulong Seed { get; init; }
}

/// <summary>
/// How a routed system is scored: certified accuracy on images that nobody learned, the mean over radii.
/// </summary>
public sealed record DualScoring
{
    /// <summary>n0 of router and expert.</summary>
    public int Selection { get; init; } = 50;

    /// <summary>n of router and expert.</summary>
    public int Estimation { get; init; } = 500;

    /// <summary>α of a certificate.</summary>
    public double FailureProbability { get; init; } = .001;

    /// <summary>The radii, in [0,1] pixels, ≥ 0.</summary>
    public ImmutableArray<double> Radii { get; init; } = [0, .25, .5, .75, 1, 1.25, 1.5, 1.75, 2];
}
