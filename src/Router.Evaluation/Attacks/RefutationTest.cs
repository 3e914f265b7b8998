using Router.Smoothing.Bounds;

namespace Router.Evaluation.Attacks;

/// <summary>
/// Whether a log is refuted by more counterexamples than chance explains. Of each image that was to be certified the
/// probability of a false certificate is at most α, and that of a false verification at most α', independently of other
/// images: at most Bin(n, α + α') of n such images would show a counterexample inside their radius. What was certified,
/// and for the right class, depends on the same votes, so the others count in n as well.
/// </summary>
/// <param name="Images">n, the images that were to be certified, abstentions and wrong classes included.</param>
/// <param name="Refuted">The indices of those with a counterexample inside their radius.</param>
/// <param name="PerImage">α + α'.</param>
public sealed record RefutationTest(int Images, IReadOnlyList<int> Refuted, double PerImage)
{
    /// <summary>Below this the log is refuted.</summary>
    public const double Level = 1e-6;

    /// <summary>The test of an attack log.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="images">How many images were to be certified, those of the rows among them.</param>
    /// <param name="certificateAlpha">α of each certificate.</param>
    public static RefutationTest Of(IReadOnlyCollection<AttackRow> rows, int images, double certificateAlpha) => new(
        images, [.. rows.Where(row => row.IsRefutation).Select(row => row.Index).Order()],
        Math.Min(1, certificateAlpha + rows.Select(row => row.FailureProbability).DefaultIfEmpty(0).Max()));

    /// <summary>P[Bin(n, α + α') ≥ as many as there are].</summary>
    public double Probability =>
        Refuted.Count == 0 || PerImage >= 1 ? 1
        : Refuted.Count == Images ? Math.Pow(PerImage, Images)
        : Math.Exp(BinomialTail.AtLeast(Refuted.Count, Images, PerImage, 1 - PerImage).LnProbability);

    /// <summary>Whether chance does not explain them.</summary>
    public bool Fails => Probability < Level;
}
