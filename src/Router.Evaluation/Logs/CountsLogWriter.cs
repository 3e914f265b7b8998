using System.Globalization;
using Router.Evaluation.Runs;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Evaluation.Logs;

/// <summary>
/// Beside a certification log: every vote count of every stage, one row per image and stage, from which any certificate
/// is recomputed without a model. A stage's row is written before the image's row in the log, so a log never lacks its
/// counts.
/// </summary>
internal sealed class CountsLogWriter : IDisposable
{
    internal const string Index = "idx", Stage = "stage", Function = "function", SelectionTo = "selection_to",
        EstimationTo = "estimation_to", Routing = "routing", Ledger = "ledger", Passed = "_passed";

    /// <summary>The columns, in order.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        Index, Stage, "id", "sigma", Function, "seed", "stream", "alpha",
        "selection_from", SelectionTo, "selection_counts", "selection_undecided",
        "estimation_from", EstimationTo, "estimation_counts", "estimation_undecided",
        "certificate", Routing, Ledger, "plan", "bounds",
    ];

    /// <summary>The columns behind them where an expert keeps votes back.</summary>
    public static readonly IReadOnlyList<string> PassColumns = ["selection" + Passed, "estimation" + Passed];

    private readonly AppendLog _lines;
    private readonly bool _passes;

    private CountsLogWriter(AppendLog lines, bool passes) => (_lines, _passes) = (lines, passes);

    /// <summary>The counts file of a log.</summary>
    public static string PathFor(string log) => log + ".counts.tsv";

    /// <summary>Starts a new counts file, replacing one that lost its log.</summary>
    /// <param name="path">The counts file.</param>
    /// <param name="passes">Whether an expert keeps votes back.</param>
    public static CountsLogWriter Create(string path, bool passes) => new(Begin(path, passes), passes);

    /// <summary>
    /// Continues a counts file: rows of images not in the log, and an unfinished last row, are dropped.
    /// </summary>
    /// <param name="path">The counts file.</param>
    /// <param name="logged">The rows of the log beside it.</param>
    /// <param name="terms">What every row must have been certified with.</param>
    /// <exception cref="BadInputException">
    /// A row is not one of ours, was certified otherwise, or is missing for an image of the log: the log cannot go on,
    /// and the file is left as it was.
    /// </exception>
    public static CountsLogWriter Continue(string path, IReadOnlyList<LogRow> logged, RunTerms terms)
    {
        string[] lines = AppendLog.LinesOf(path);
        HashSet<int> images = [.. logged.Select(row => row.Index)];
        HashSet<(int Index, string Stage)> counted = [];
        List<string> kept = [string.Join('\t', ColumnsOf(terms.Passes))];
        foreach (TabbedRow row in RowsOf(path, lines))
        {
            int index = (int)row.Whole(Index, int.MaxValue, "an image index");
            if (!images.Contains(index)) continue;
            if (terms.Difference(row) is { } problem)
                throw row.Fault($"the log cannot go on: {problem}; "
                    + "continue with the same settings, or choose another file");
            counted.Add((index, row[Stage]));
            kept.Add(lines[row.Line - 1]);
        }
        int[] lacking =
        [
            .. logged.Where(
                row => StagesOf(row).Any(stages => !stages.Any(stage => counted.Contains((row.Index, stage)))))
                .Select(row => row.Index),
        ];
        if (lacking.Length > 0)
            throw new BadInputException(
                path, lines.Length,
                $"lacks the counts of image{(lacking.Length == 1 ? "" : "s")} {string.Join(", ", lacking)}, which the "
                + $"log holds: restore this file, or take those rows out of the log to certify them again");
        return new(AppendLog.Continue(path, kept), terms.Passes);
    }

    /// <summary>Begins a file with the header, in the place of what is there.</summary>
    internal static AppendLog Begin(string path, bool passes = false)
    {
        AppendLog lines = AppendLog.Replace(path);
        lines.Write(ColumnsOf(passes));
        return lines;
    }

    private static IReadOnlyList<string> ColumnsOf(bool passes) => passes ? [.. Columns, .. PassColumns] : Columns;

    /// <summary>The rows of a counts file that this version writes; none where there are no lines.</summary>
    /// <exception cref="BadInputException">It has another header, or a row other fields.</exception>
    internal static IEnumerable<TabbedRow> RowsOf(string path, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return [];
        if (lines[0] != string.Join('\t', ColumnsOf(passes: false))
            && lines[0] != string.Join('\t', ColumnsOf(passes: true)))
            throw new BadInputException(
                path, 1, "these are not the counts of a log of this program (another header)");
        TabbedHeader header = new(path, lines[0], Columns, Columns);
        return lines.Skip(1).Select((line, i) => header.Row(line, i + 2));
    }

    /// <summary>Appends the stages of one certificate.</summary>
    /// <param name="index">The image.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="sampling">The plan its votes were drawn by.</param>
    public void Write(int index, Certificate certificate, SamplingPlan sampling)
    {
        // The answering stage of a cascade stands before the others.
        foreach ((Stage stage, StageEvidence evidence) in certificate.Stages.OrderBy(drawn => drawn.Stage))
            Write(index, RecordStages.NameOf(stage), evidence, certificate, sampling);
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private void Write(
        int index, string stage, StageEvidence evidence, Certificate certificate, SamplingPlan sampling) =>
            _lines.Write([
        Text(index), stage, evidence.Id, Text(evidence.Sigma), evidence.Estimation.FunctionId.Value,
        Text(evidence.Stream.Seed), Text(evidence.Stream.Id),
        certificate.Ledger[ShareOf(stage)].ToString("R", CultureInfo.InvariantCulture),
        .. Fields(evidence.Selection), .. Fields(evidence.Estimation),
        KindOf(certificate), certificate.Cascade?.ToString() ?? certificate.Routing?.ToString() ?? "",
        certificate.Ledger.ToString(), sampling.ToString(), string.Join("; ", evidence.Bounds),
        .. _passes ? [Text(evidence.Selection.Passed), Text(evidence.Estimation.Passed)] : Array.Empty<string>(),
    ]);

    /// <summary>
    /// Whose share of α bounds the outcome of a stage: every stage of a cascade spends a part of the expert's.
    /// </summary>
    internal static string ShareOf(string stage) =>
        stage is RecordStages.Earlier or RecordStages.Later ? AlphaLedger.Expert : stage;

    // Counts have always called the certificate of one expert alone dual: without a router the two are the same.
    private static string KindOf(Certificate certificate) => CertificateKinds.NameOf(
        certificate.Kind == CertificateKind.Single ? CertificateKind.Dual : certificate.Kind);

    internal static string[] Fields(VoteCounts votes) =>
        [Text(votes.Range.From), Text(votes.Range.To), string.Join(',', votes.Counts), Text(votes.Undecided)];

    // A log's row has the counts of the router or of a cascade's earlier stages, where there were any, and of the
    // expert, where one was asked.
    private static IEnumerable<string[]> StagesOf(LogRow row)
    {
        if (row.Routed is not { } routed) yield break;
        if (!double.IsPositiveInfinity(routed.RouteRadius)) yield return [RecordStages.Router, RecordStages.Earlier];
        if (routed.Route.Length > 0) yield return [RecordStages.Expert];
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
