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
    public static CertificationLogWriter Create(string path)
    {
        CertificationLogWriter log = new(Open(path, FileMode.CreateNew));
        log.Write(LogColumns.Ours);
        return log;
    }

    /// <summary>Continues a log that this program began, after cutting off an unfinished last row.</summary>
    /// <param name="path">The log.</param>
    /// <param name="done">The rows it holds.</param>
    /// <exception cref="LogFormatException">The file is not such a log.</exception>
    public static CertificationLogWriter Continue(string path, out IReadOnlyList<LogRow> done)
    {
        string header = string.Join('\t', LogColumns.Ours);
        if (File.ReadLines(path).FirstOrDefault() is { } first && first != header)
            throw new LogFormatException(path, 1, "this log was not written by this program (another header): choose a new file");
        CertificationLog log = CertificationLogReader.Read(path);
        if (log.CutOff is { } cutOff)
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write);
            file.SetLength(file.Length - Encoding.UTF8.GetByteCount(cutOff));
        }
        done = log.Rows;
        return new(Open(path, FileMode.Append));
    }

    /// <summary>Appends one image.</summary>
    public void Write(LogRow row)
    {
        RoutedColumns routed = row.Routed ?? throw new ArgumentException("our logs hold the routed columns", nameof(row));
        Write([
            Text(row.Index), Text(row.Label), Text(row.Predicted ?? -1), Radius(row.Radius), row.IsCorrect ? "1" : "0",
            TimeSpan.FromSeconds(row.Seconds).ToString(@"h\:mm\:ss\.ffffff", CultureInfo.InvariantCulture),
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

    // The shortest text that reads back as the same double: nothing is narrowed, so nothing needs rounding.
    private static string Radius(double radius) => double.IsPositiveInfinity(radius) ? "inf" : radius.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static StreamWriter Open(string path, FileMode mode) =>
        new(new FileStream(path, mode, FileAccess.Write, FileShare.Read), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
}
