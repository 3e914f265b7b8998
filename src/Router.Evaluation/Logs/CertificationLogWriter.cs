using System.Globalization;
using System.Text;

namespace Router.Evaluation.Logs;

/// <summary>
/// Appends rows to a certification log, each flushed as it is written: a killed run loses at most the row it was writing, and continuing
/// cuts that one off.
/// </summary>
public sealed class CertificationLogWriter : IDisposable
{
    private readonly StreamWriter _writer;

    private CertificationLogWriter(StreamWriter writer) => _writer = writer;

    /// <summary>Starts a new log; it must not exist yet.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static CertificationLogWriter Create(string path) => Begin(path, FileMode.CreateNew);

    /// <summary>Continues a log that this program began, after cutting off an unfinished last row.</summary>
    /// <param name="path">The log.</param>
    /// <param name="done">The rows it holds.</param>
    /// <exception cref="LogFormatException">The file is not such a log.</exception>
    public static CertificationLogWriter Continue(string path, out IReadOnlyList<LogRow> done)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        string header = string.Join('\t', LogColumns.Ours);
        if (whole == 0 && header.StartsWith(Encoding.UTF8.GetString(bytes), StringComparison.Ordinal))
        {
            done = [];
            return Begin(path, FileMode.Truncate);
        }
        if (File.ReadLines(path).First() != header)
            throw new LogFormatException(path, 1, "this log was not written by this program (another header): choose a new file");
        done = CertificationLogReader.Read(path).Rows;
        // Cut by bytes: an unfinished row may end within a letter.
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write))
            file.SetLength(whole);
        return new(Open(path, FileMode.Append));
    }

    /// <summary>Appends one image.</summary>
    public void Write(LogRow row)
    {
        RoutedColumns routed = row.Routed ?? throw new ArgumentException("our logs hold the routed columns", nameof(row));
        Write([
            Text(row.Index), Text(row.Label), Text(row.Predicted ?? -1), Radius(row.Radius), row.IsCorrect ? "1" : "0",
            Time(row.Seconds),
            routed.Route, Radius(routed.RouteRadius), Radius(routed.ExpertRadius), routed.LimitingStage, Text(routed.Drawn), routed.Noise,
            Text(routed.Seed), routed.SeedOrigin,
        ]);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(string[] fields)
    {
        _writer.Write(string.Join('\t', fields) + "\n");
        _writer.Flush();
    }

    private static CertificationLogWriter Begin(string path, FileMode mode)
    {
        CertificationLogWriter log = new(Open(path, mode));
        log.Write(LogColumns.Ours);
        return log;
    }

    // H:MM:SS.ffffff with as many hours as it took.
    private static string Time(double seconds)
    {
        decimal rounded = Math.Round((decimal)seconds, 6);
        long minutes = (long)(rounded / 60);
        return string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}:{minutes % 60:00}:{rounded % 60:00.000000}");
    }

    // The shortest text that reads back as the same double: nothing is narrowed, so nothing needs rounding.
    private static string Radius(double radius) => double.IsPositiveInfinity(radius) ? "inf" : radius.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static StreamWriter Open(string path, FileMode mode) =>
        new(new FileStream(path, mode, FileAccess.Write, FileShare.Read), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
