using System.Globalization;

namespace Router.Evaluation.Logs;

/// <summary>
/// Appends rows to a certification log: a killed run loses at most the row it was writing, and continuing cuts that one
/// off.
/// </summary>
public sealed class CertificationLogWriter : IDisposable
{
    private readonly AppendLog _lines;

    private CertificationLogWriter(AppendLog lines) => _lines = lines;

    /// <summary>Starts a new log; it must not exist yet.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static CertificationLogWriter Create(string path) => Begin(AppendLog.Create(path));

    /// <summary>Continues a log that this program began, after cutting off an unfinished last row.</summary>
    /// <param name="path">The log.</param>
    /// <param name="done">The rows it holds.</param>
    /// <exception cref="BadInputException">The file is not such a log.</exception>
    public static CertificationLogWriter Continue(string path, out IReadOnlyList<LogRow> done)
    {
        string text = File.ReadAllText(path), header = string.Join('\t', LogColumns.Ours);
        if (!text.Contains('\n', StringComparison.Ordinal) && header.StartsWith(text, StringComparison.Ordinal))
        {
            done = [];
            return Begin(AppendLog.Replace(path));
        }
        if (File.ReadLines(path).First() != header)
            throw new BadInputException(
                path, 1, "this log was not written by this program (another header): choose a new file");
        done = CertificationLogReader.Read(path).Rows;
        return new(AppendLog.Continue(path));
    }

    /// <summary>Appends one image.</summary>
    public void Write(LogRow row)
    {
        RoutedColumns routed =
            row.Routed ?? throw new ArgumentException("our logs hold the routed columns", nameof(row));
        _lines.Write(
            Text(row.Index), Text(row.Label), Text(row.Predicted ?? -1), Radius(row.Radius), row.IsCorrect ? "1" : "0",
            Time(row.Seconds),
            routed.Route, Radius(routed.RouteRadius), Radius(routed.ExpertRadius), routed.LimitingStage,
            Text(routed.Drawn), routed.Noise, Text(routed.Seed), routed.SeedOrigin);
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private static CertificationLogWriter Begin(AppendLog lines)
    {
        lines.Write(LogColumns.Ours);
        return new(lines);
    }

    // H:MM:SS.ffffff with as many hours as it took.
    private static string Time(double seconds)
    {
        decimal rounded = Math.Round((decimal)seconds, 6);
        long minutes = (long)(rounded / 60);
        return string.Create(
            CultureInfo.InvariantCulture, $"{minutes / 60}:{minutes % 60:00}:{rounded % 60:00.000000}");
    }

    // The shortest text that reads back as the same double: nothing is narrowed, so nothing needs rounding.
    private static string Radius(double radius) =>
        double.IsPositiveInfinity(radius) ? "inf" : radius.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
