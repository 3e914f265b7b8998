using System.Globalization;
using Router.Evaluation;
using Router.Evaluation.Tuning;
using Router.Host.Cli;
using Router.Host.Commands.Tradeoff;
using Router.Smoothing;

namespace Router.Host.Commands.Tune;

/// <summary>What a tuning found, for the terminal.</summary>
/// <param name="document">What was found.</param>
/// <param name="allRadii">Whether every radius is shown; otherwise a few, where there are those.</param>
internal sealed class TuningTable(TuningDocument document, bool allRadii)
{
    private const int Decimals = 3;

    private readonly int[] _shown = StudyTable.Shown(document.Radii, allRadii);

    /// <summary>What was looked at, and how much was tried.</summary>
    public static string LookedAt(TuningDocument document) => string.Create(CultureInfo.InvariantCulture,
        $"{document.Aim}, on {document.ChosenOn.Images} images of {document.ChosenOn.Data}, {document.ChosenOn.Draws} ")
        + string.Create(CultureInfo.InvariantCulture,
            $"votes of each expert: evidence is what n = {document.ChosenOn.Estimation} such votes let expect, ")
        + string.Create(CultureInfo.InvariantCulture,
            $"α = {document.FailureProbability}; {document.Tried} cascades were scored");

    /// <summary>By how much could be chosen: on the images that it was chosen on, and on images not seen.</summary>
    public TextTable Rounds()
    {
        TextTable table = new([
            TextColumn.Whole("may be chosen"),
            .. new[] { "seen", "least", "mean", "unseen", "least", "mean" }.Select(TextColumn.Number),
            TextColumn.Words("best")]);
        foreach (TuningRound round in document.Rounds)
            table.Add([NameOf(round.Freedom), .. Figures(round.Seen), .. Figures(round.Unseen), round.Best.Name]);
        return table;

        static string[] Figures(TunedFigures figures) =>
            [Text(figures.Score), Text(figures.Least), Text(figures.Mean)];
    }

    /// <summary>Certified accuracy that is expected on the images that are chosen on.</summary>
    public TextTable Expected()
    {
        TextTable table = ByRadius("expected certified accuracy at r", "least share", "mean share");
        table.Add(["best single expert", .. Shown(document.ChosenOn.Envelope, Text), "", ""]);
        foreach (TunedFigures figures in document.Rounds.Select(round => round.Seen).Concat(document.Front)
            .DistinctBy(figures => figures.System!.Name))
            table.Add([
                figures.System!.Name, .. Shown(figures.Accuracy, Text), Text(figures.Least), Text(figures.Mean)]);
        return table;
    }

    /// <summary>What no rule keeps.</summary>
    public IEnumerable<string> Bounds() => document.Bounds.Select(bound =>
        $"no monotone rule {(bound.Alike ? "that treats all classes alike" : "with thresholds by class")} keeps, on "
        + $"{bound.Votes}, more than {Up(bound.Least)} of the envelope everywhere, or more than {Up(bound.Mean)} on "
        + $"average; at one radius alone "
        + $"{string.Join(' ', bound.At.Select(share => share is { } known ? Up(known) : "-"))} "
        + $"({bound.Images} of the images, their labels known)");

    /// <summary>Certificates on images that nothing was chosen on.</summary>
    public TextTable Reported(TuningReport report)
    {
        TextTable table = ByRadius("certified accuracy at r", "samples");
        table.Add(["best single expert", .. Shown(report.Images.Envelope, Text), ""]);
        foreach (ReportedSystem system in report.Systems)
            table.Add([
                Named(system), .. Shown(system.Accuracy, at => TowardZero.Text(at.Share, 3)),
                system.Samples?.ToString("0", CultureInfo.InvariantCulture) ?? ""]);
        return table;
    }

    /// <summary>Shares of the envelope there.</summary>
    public TextTable Shares(TuningReport report)
    {
        TextTable table = ByRadius("share of the best single expert at r");
        foreach (ReportedSystem system in report.Systems)
            table.Add([Named(system), .. Shown(system.Shares, share => share is { } known ? Text(known) : "")]);
        return table;
    }

    /// <summary>The least and the mean of these shares over all radii.</summary>
    public TextTable LeastAndMean(TuningReport report)
    {
        TextTable table = new(
            TextColumn.Words("over all radii"), TextColumn.Number("least share"), TextColumn.Number("95 %"),
            TextColumn.Number("mean share"), TextColumn.Number("95 %"));
        foreach (ReportedSystem system in report.Systems)
            table.Add(
                Named(system), Text(system.Least.Value), Bounds(system.Least), Text(system.Mean.Value),
                Bounds(system.Mean));
        return table;

        static string Bounds(Interval interval) => $"{Down(interval.Low)} to {Up(interval.High)}";
    }

    /// <summary>Paired differences there.</summary>
    public TextTable Differences(TuningReport report)
    {
        TextTable table = new(
            TextColumn.Words("chosen, less"), TextColumn.Whole("at r"), TextColumn.Number("difference"),
            TextColumn.Number("95 %"));
        foreach (ReportedDifference other in report.Against)
        {
            foreach (int i in _shown)
                AddRow(other.System, RadiiOption.Column(document.Radii[i]).Header, other.At[i]);
            AddRow(other.System, "least share", other.Least);
            AddRow(other.System, "mean share", other.Mean);
        }
        return table;

        void AddRow(string system, string where, Interval by) => table.Add(
            system, where, Signed((decimal)by.Value),
            $"{Signed(Outward.Down(by.Low, Decimals))} to {Signed(Outward.Up(by.High, Decimals))}");
    }

    private TextTable ByRadius(string title, params IEnumerable<string> more) => new([
        TextColumn.Words(title), .. _shown.Select(i => RadiiOption.Column(document.Radii[i])),
        .. more.Select(TextColumn.Number)]);

    private IEnumerable<string> Shown<T>(IReadOnlyList<T> byRadius, Func<T, string> text) =>
        _shown.Select(i => text(byRadius[i]));

    private static string Named(ReportedSystem system) =>
        system.Role.Length > 0 ? $"{system.Name} ({system.Role})" : system.Name;

    private static string NameOf(TuningFreedom freedom) => freedom switch
    {
        TuningFreedom.Mix => "the mix",
        TuningFreedom.Pass => "and θ",
        TuningFreedom.Stages => "and τ",
        _ => "and τ by class",
    };

    // No figure reads as more than it is, no bound as less.
    private static string Text(double share) => TowardZero.Text(share, Decimals);

    private static string Down(double low) =>
        Outward.Down(low, Decimals).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Up(double high) => Outward.Up(high, Decimals).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Signed(decimal difference) =>
        difference.ToString("+0.000;-0.000;0.000", CultureInfo.InvariantCulture);
}
