using Router.Training.Targets;

namespace Router.Training.Runs;

/// <summary>
/// The mix that an expert is trained for (docs/training.md): its consistency regularisation weighs each image by what
/// this σ can win of it, and by whether the next smaller one is right.
/// </summary>
/// <param name="Targets">
/// What the experts of the mix answered about every learned image; one of them has the σ that is trained.
/// </param>
/// <param name="Weighting">How much that counts.</param>
public sealed record Mix(TrueRadii Targets, MixWeighting Weighting);

/// <summary>What an image weighs that this σ cannot win.</summary>
public sealed record MixWeighting
{
    /// <summary>κ in [0, 1): for its class.</summary>
    public double Floor { get; init; } = .15;

    /// <summary>β ≥ 0: for no class, where the next smaller σ is right; all that κ leaves of 1 unless told.</summary>
    public double Doubt { get; init; } = .85;
}
