
namespace Router.Evaluation.Attacks;

/// <summary>What an attack found about one certified image.</summary>
/// <param name="Index">The image's index in the whole split.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Class">c, the certified class.</param>
/// <param name="CertifiedRadius">R, in [0,1] pixels.</param>
/// <param name="Found">The closest verified counterexample, or null where none was found.</param>
/// <param name="FailureProbability">
/// α of everything that is claimed of this image: the probability that a counterexample was verified that is none.
/// </param>
/// <param name="Samples">Votes drawn to screen and to verify.</param>
public sealed record AttackRow(
    int Index, int Label, int Class, double CertifiedRadius, Counterexample? Found, double FailureProbability,
    long Samples)
{
    /// <summary>Whether the counterexample lies where the certificate says there is none.</summary>
    public bool IsRefutation => Found is { } found && found.Distance < CertifiedRadius;
}

/// <summary>An image x' on the grid with g(x') ≠ c: the true radius of g at x is at most its distance.</summary>
/// <param name="SquaredLevels">‖x' − x‖² in levels, exact.</param>
/// <param name="Goal">What was attacked: "expert" or "route".</param>
/// <param name="Route">The id of the expert that answers x'.</param>
/// <param name="Class">g(x').</param>
/// <param name="Seed">The seed of the votes that verified it.</param>
public sealed record Counterexample(long SquaredLevels, string Goal, string Route, int Class, ulong Seed)
{
    /// <summary>‖x' − x‖₂ in [0,1] pixels.</summary>
    public double Distance => LevelDistance.OfSquared(SquaredLevels);
}
