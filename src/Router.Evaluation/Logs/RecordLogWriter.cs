using System.Globalization;
using Router.Smoothing.Records;

namespace Router.Evaluation.Logs;

/// <summary>
/// Beside a certification log: the record of every certificate, one per line, in the order of the log. A record is
/// written before the counts and the row of its image, so a log never lacks one.
/// </summary>
public sealed class RecordLogWriter : IDisposable
{
    private readonly AppendLog _lines;

    private RecordLogWriter(AppendLog lines) => _lines = lines;

    /// <summary>Starts a new file.</summary>
    /// <exception cref="IOException">It exists.</exception>
    public static RecordLogWriter Create(string path) => new(AppendLog.Create(path));

    /// <summary>
    /// Continues a file: an unfinished last line, and records of images that are not in the log, are dropped.
    /// </summary>
    /// <param name="path">The records.</param>
    /// <param name="logged">The rows of the log beside it.</param>
    /// <exception cref="BadInputException">
    /// A line is no record, or not that of its row of the log, or one is missing; the file is left as it was.
    /// </exception>
    public static RecordLogWriter Continue(string path, IReadOnlyList<LogRow> logged)
    {
        string[] lines = AppendLog.LinesOf(path);
        if (lines.Length < logged.Count)
            throw new BadInputException(
                path, lines.Length + 1, $"there are {lines.Length} records for the {logged.Count} images of the log: "
                + "continue without --records, or start a new log");
        for (int i = 0; i < logged.Count; i++)
            if (Difference(lines[i], logged[i]) is { } problem)
                throw new BadInputException(path, i + 1, problem);
        return new(AppendLog.Continue(path, lines.Take(logged.Count)));
    }

    /// <summary>Appends a record.</summary>
    public void Write(CertificateRecord record) => _lines.Write(RecordJson.WriteLine(record));

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private static string? Difference(string line, LogRow row) =>
        !RecordJson.TryRead(line, out CertificateRecord? record, out string? fault) ? fault
        : record.Class != row.Predicted || record.Radius != row.Radius
            || record.Seed.Value != row.Routed?.Seed.ToString(CultureInfo.InvariantCulture)
            ? $"this is not the record of image {row.Index}, which the log has here: class, radius or seed differ"
            : null;
}
