
namespace Router.Evaluation.Logs;

/// <summary>A certification log that was read.</summary>
/// <param name="Name">Where it was read from.</param>
/// <param name="Rows">One per image, in the order of the file.</param>
/// <param name="CutOff">
/// The text of a last row without its line end, which does not count; null where the file ends well.
/// </param>
public sealed record CertificationLog(string Name, IReadOnlyList<LogRow> Rows, string? CutOff)
{
    /// <summary>Mean measured seconds per image; null where no row tells its time.</summary>
    public double? MeanSeconds => Rows.Any(row => row.Seconds > 0) ? Rows.Average(row => row.Seconds) : null;
}
