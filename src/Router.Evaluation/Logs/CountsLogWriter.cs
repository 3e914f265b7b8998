using System.Globalization;
using System.Text;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;

namespace Router.Evaluation.Logs;

/// <summary>
/// Beside a certification log: every vote count of every stage, one row per image and stage, from which any certificate is recomputed
/// without a model. A stage's row is written before the image's row in the log, so a log never lacks its counts.
/// </summary>
public sealed class CountsLogWriter : IDisposable
{
    /// <summary>The columns, in order.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "idx", "stage", "id", "sigma", "function", "seed", "stream", "alpha",
        "selection_from", "selection_to", "selection_counts", "selection_undecided",
        "estimation_from", "estimation_to", "estimation_counts", "estimation_undecided",
        "certificate", "routing", "ledger", "plan", "bounds",
    ];

    private readonly StreamWriter _writer;

    private CountsLogWriter(StreamWriter writer) => _writer = writer;

    /// <summary>The counts file of a log.</summary>
    public static string PathFor(string log) => log + ".counts.tsv";

    /// <summary>Starts a new counts file, replacing one that lost its log.</summary>
    public static CountsLogWriter Create(string path)
    {
        CountsLogWriter counts = new(new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read), Utf8));
        counts.Write([.. Columns]);
        return counts;
    }

    /// <summary>Continues a counts file: rows of images that are not in the log, and an unfinished last row, are dropped.</summary>
    /// <param name="path">The counts file.</param>
    /// <param name="logged">The rows of the log beside it.</param>
    /// <param name="difference">What a row was certified with otherwise than this run, or null where it fits.</param>
    /// <exception cref="LogFormatException">
    /// A row is not one of ours, was certified otherwise, or is missing for an image of the log: the log cannot go on, and the file is left as it was.
    /// </exception>
    public static CountsLogWriter Continue(string path, IReadOnlyList<LogRow> logged, Func<IReadOnlyList<string>, string?> difference)
    {
        string[] lines = UnfinishedLines.WholeOf(path);
        if (lines.Length > 0 && lines[0] != string.Join('\t', Columns))
            throw new LogFormatException(path, 1, "these are not the counts of a log of this program (another header)");
        HashSet<int> images = [.. logged.Select(row => row.Index)];
        HashSet<(int Index, string Stage)> counted = [];
        List<string> kept = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split('\t');
            if (fields.Length != Columns.Count)
                throw new LogFormatException(path, i + 1, $"{fields.Length} fields, expected {Columns.Count}");
            int index = IndexOf(fields[0], path, i + 1);
            if (!images.Contains(index)) continue;
            if (difference(fields) is { } problem)
                throw new LogFormatException(path, i + 1, $"the log cannot go on: {problem}; continue with the same settings, or choose another file");
            counted.Add((index, fields[1]));
            kept.Add(lines[i]);
        }
        int[] lacking = [.. logged.Where(row => StagesOf(row).Any(stages => !stages.Any(stage => counted.Contains((row.Index, stage))))).Select(row => row.Index)];
        if (lacking.Length > 0)
            throw new LogFormatException(
                path, lines.Length, $"lacks the counts of image{(lacking.Length == 1 ? "" : "s")} {string.Join(", ", lacking)}, which the log holds: "
                + "restore this file, or take those rows out of the log to certify them again");
        string temporary = path + ".new";
        using (CountsLogWriter rewritten = Create(temporary))
            foreach (string line in kept)
                rewritten.Write([line]);
        File.Move(temporary, path, overwrite: true);
        return new(new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read), Utf8));
    }

    /// <summary>Appends the stages of one certificate.</summary>
    /// <param name="index">The image.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="sampling">The plan its votes were drawn by.</param>
    public void Write(int index, Certificate certificate, SamplingPlan sampling)
    {
        if (certificate.Route is { } route) Write(index, AlphaLedger.Router, route, certificate, sampling);
        if (certificate.Expert is { } expert) Write(index, AlphaLedger.Expert, expert, certificate, sampling);
        foreach (CascadeEvidence earlier in certificate.Earlier) Write(index, RecordStages.Earlier, earlier, certificate, sampling);
        foreach (CascadeEvidence later in certificate.Later) Write(index, RecordStages.Later, later, certificate, sampling);
        foreach (PeerEvidence peer in certificate.Peers) Write(index, AlphaLedger.Peer, peer, certificate, sampling);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private void Write(int index, string stage, StageEvidence evidence, Certificate certificate, SamplingPlan sampling) => Write([
        Text(index), stage, evidence.Id, Text(evidence.Sigma), evidence.Estimation.FunctionId.Value, Text(evidence.Stream.Seed),
        Text(evidence.Stream.Id), certificate.Ledger[ShareOf(stage)].ToString("R", CultureInfo.InvariantCulture),
        .. Fields(evidence.Selection), .. Fields(evidence.Estimation),
        NameOf(certificate.Kind), certificate.Cascade?.ToString() ?? certificate.Routing?.ToString() ?? "", certificate.Ledger.ToString(),
        sampling.ToString(), string.Join("; ", evidence.Bounds),
    ]);

    /// <summary>Whose share of α bounds the outcome of a stage: every stage of a cascade spends a part of the expert's.</summary>
    internal static string ShareOf(string stage) => stage is RecordStages.Earlier or RecordStages.Later ? AlphaLedger.Expert : stage;

    internal static string NameOf(CertificateKind kind) => kind switch
    {
        CertificateKind.Dual => "dual",
        CertificateKind.Cascade => "cascade",
        _ => "exclusion",
    };

    internal static string[] Fields(Votes votes) =>
        [Text(votes.Range.From), Text(votes.Range.To), string.Join(',', votes.Counts), Text(votes.Undecided)];

    private void Write(string[] fields)
    {
        _writer.Write(string.Join('\t', fields) + "\n");
        _writer.Flush();
    }

    // A log's row has the counts of the router or of a cascade's earlier stages, where there were any, and of the expert, where one was asked.
    private static IEnumerable<string[]> StagesOf(LogRow row)
    {
        if (row.Routed is not { } routed) yield break;
        if (!double.IsPositiveInfinity(routed.RouteRadius)) yield return [AlphaLedger.Router, RecordStages.Earlier];
        if (routed.Route.Length > 0) yield return [AlphaLedger.Expert];
    }

    private static int IndexOf(string field, string path, int line) =>
        int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            ? index
            : throw new LogFormatException(path, line, $"idx '{field}': expected an image index");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
