using Router.Training.Targets;

namespace Router.Training.Runs;

/// <summary>
/// The mix that an expert is trained for (docs/training.md): its consistency regularisation weighs each image by what
/// this σ can win of it, and by whether the next smaller one is right.
/// </summary>
/// <param name="Targets">
/// What the experts of the mix answered about every learned image; one of them has the σ that is trained.
/// </param>
public sealed record Mix(TrueRadii Targets)
{
    /// <summary>κ where nothing is said.</summary>
    public const double DefaultFloor = .15;

    /// <summary>β where nothing is said: all that κ leaves of 1.</summary>
    public const double DefaultDoubt = 1 - DefaultFloor;

    /// <summary>κ in [0, 1): what an image that this σ cannot win still weighs for its class.</summary>
    public double Floor { get; init; } = DefaultFloor;

    /// <summary>β ≥ 0: what it weighs for no class, where the next smaller σ is right.</summary>
    public double Doubt { get; init; } = DefaultDoubt;
}
