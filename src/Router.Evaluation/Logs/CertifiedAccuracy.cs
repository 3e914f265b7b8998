
namespace Router.Evaluation.Logs;

/// <summary>The figures that summarize a certification log (docs/certificates.md, section 7).</summary>
public static class CertifiedAccuracy
{
    /// <summary>
    /// The share of images with the right class and a radius ≥ r; at r = 0, of images with the right class that were
    /// not abstained on.
    /// </summary>
    /// <param name="rows">The log; not empty.</param>
    /// <param name="radius">r ≥ 0, in [0,1] pixels.</param>
    public static double At(IReadOnlyCollection<LogRow> rows, double radius) =>
        (double)rows.Count(row => row.IsCorrect && row.Radius >= radius) / rows.Count;

    /// <summary>
    /// The mean radius, counting 0 where the class is wrong: a side figure, since it favours large σ (Sun et al. 2025).
    /// </summary>
    public static double AverageRadius(IReadOnlyCollection<LogRow> rows) =>
        rows.Sum(row => row.IsCorrect ? row.Radius : 0) / rows.Count;

    /// <summary>The share of images without an answer.</summary>
    public static double Abstention(IReadOnlyCollection<LogRow> rows) =>
        (double)rows.Count(row => row.Predicted is null) / rows.Count;
}
