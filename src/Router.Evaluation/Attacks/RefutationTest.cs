using Router.Smoothing.Bounds;

namespace Router.Evaluation.Attacks;

/// <summary>
/// Whether a log is refuted by more counterexamples than chance explains. Were every certificate right with probability
/// 1 − α and every verification with 1 − α', independently, at most Bin(n, α + α') of n images would show a
/// counterexample inside their radius.
/// </summary>
/// <param name="Images">n, the certified images that were attacked.</param>
/// <param name="Refuted">The indices of those with a counterexample inside their radius.</param>
/// <param name="PerImage">α + α'.</param>
public sealed record RefutationTest(int Images, IReadOnlyList<int> Refuted, double PerImage)
{
    /// <summary>Below this the log is refuted.</summary>
    public const double Level = 1e-6;

    /// <summary>The test of an attack log.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="certificateAlpha">α of each certificate.</param>
    public static RefutationTest Of(IReadOnlyCollection<AttackRow> rows, double certificateAlpha) => new(
        rows.Count, [.. rows.Where(row => row.IsRefutation).Select(row => row.Index).Order()],
        Math.Min(1, certificateAlpha + rows.Select(row => row.FailureProbability).DefaultIfEmpty(0).Max()));

    /// <summary>P[Bin(n, α + α') ≥ as many as there are].</summary>
    public double Probability =>
        Refuted.Count == 0 || PerImage >= 1 ? 1
        : Refuted.Count == Images ? Math.Pow(PerImage, Images)
        : Math.Exp(BinomialTail.AtLeast(Refuted.Count, Images, PerImage, 1 - PerImage).LnProbability);

    /// <summary>Whether chance does not explain them.</summary>
    public bool Fails => Probability < Level;
}
