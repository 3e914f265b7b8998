using System.Collections.Immutable;
using System.Globalization;
using Router.Evaluation.Tuning;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands.Tune;

/// <summary>What a tuning found, for the terminal.</summary>
internal static class TuningTable
{
    /// <summary>What was looked at, and how much was tried.</summary>
    public static string LookedAt(TuningDocument document) => string.Create(CultureInfo.InvariantCulture,
        $"{document.Aim}, on {document.ChosenOn.Images} images of {document.ChosenOn.Data}, {document.ChosenOn.Draws} ")
        + string.Create(CultureInfo.InvariantCulture,
            $"votes of each expert: evidence is what n = {document.ChosenOn.Estimation} such votes let expect, ")
        + string.Create(CultureInfo.InvariantCulture,
            $"α = {document.FailureProbability}; {document.Tried} cascades were scored");

    /// <summary>By how much could be chosen: on the images that it was chosen on, and on images not seen.</summary>
    public static Table Rounds(TuningDocument document)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn("may be chosen");
        foreach (string column in (string[])["seen", "least", "mean", "unseen", "least", "mean"])
            table.AddColumn(new TableColumn(column).RightAligned());
        table.AddColumn("best");
        foreach (TuningRound round in document.Rounds)
            table.AddRow([
                NameOf(round.Freedom), .. Figures(round.Seen), .. Figures(round.Unseen),
                Markup.Escape(round.Best.Name)]);
        return table;

        static string[] Figures(TunedFigures figures) =>
            [Text(figures.Score), Text(figures.Least), Text(figures.Mean)];
    }

    /// <summary>Certified accuracy that is expected on the images that are chosen on.</summary>
    public static Table Expected(TuningDocument document)
    {
        Table table = ByRadius("expected certified accuracy at r", document.Radii, "least share", "mean share");
        table.AddRow(["best single expert", .. document.ChosenOn.Envelope.Select(Text), "", ""]);
        foreach (TunedFigures figures in document.Rounds.Select(round => round.Seen).Concat(document.Front)
            .DistinctBy(figures => figures.System!.Name))
            table.AddRow([
                Markup.Escape(figures.System!.Name), .. figures.Accuracy.Select(Text), Text(figures.Least),
                Text(figures.Mean)]);
        return table;
    }

    /// <summary>What no rule keeps.</summary>
    public static IEnumerable<string> Bounds(TuningDocument document) => document.Bounds.Select(bound =>
        $"no monotone rule on {bound.Votes}{(bound.Alike ? "" : " with thresholds by class,")} keeps more than "
        + $"{Up(bound.Least)} of the envelope everywhere, or more than {Up(bound.Mean)} on average; at one radius "
        + $"alone {string.Join(' ', bound.At.Select(share => share is { } known ? Up(known) : "-"))} "
        + $"({bound.Images} of the images, their labels known)");

    /// <summary>Certificates on images that nothing was chosen on.</summary>
    public static Table Reported(TuningDocument document, TuningReport report)
    {
        Table table = ByRadius(
            "certified accuracy at r", document.Radii, "least share", "mean share", "samples", "");
        table.AddRow(["best single expert", .. report.Images.Envelope.Select(Text), "", "", "", ""]);
        foreach (ReportedSystem system in report.Systems)
            table.AddRow([
                Markup.Escape(system.Name), .. system.Accuracy.Select(at => TowardZero.Text(at.Share, 3)),
                Markup.Escape(Text(system.Least)), Markup.Escape(Text(system.Mean)),
                system.Samples?.ToString("0", CultureInfo.InvariantCulture) ?? "", system.Role]);
        return table;
    }

    /// <summary>Shares of the envelope there.</summary>
    public static Table Shares(TuningDocument document, TuningReport report)
    {
        Table table = ByRadius("share of the best single expert at r", document.Radii, "");
        foreach (ReportedSystem system in report.Systems)
            table.AddRow([
                Markup.Escape(system.Name), .. system.Shares.Select(share => share is { } known ? Text(known) : ""),
                system.Role]);
        return table;
    }

    /// <summary>Paired differences there.</summary>
    public static Table Differences(TuningDocument document, TuningReport report)
    {
        Table table = ByRadius("chosen, less at r", document.Radii, "least share", "mean share");
        foreach (ReportedDifference other in report.Against)
            table.AddRow([
                Markup.Escape(other.System), .. other.At.Select(at => Markup.Escape(Signed(at))),
                Markup.Escape(Signed(other.Least)), Markup.Escape(Signed(other.Mean))]);
        return table;
    }

    private static Table ByRadius(string title, ImmutableArray<double> radii, params string[] more)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn(title);
        foreach (string column in radii.Select(radius => radius.ToString("0.####", CultureInfo.InvariantCulture))
            .Concat(more))
            table.AddColumn(new TableColumn(column).RightAligned());
        return table;
    }

    private static string NameOf(TuningFreedom freedom) => freedom switch
    {
        TuningFreedom.Mix => "the mix",
        TuningFreedom.Pass => "and θ",
        TuningFreedom.Stages => "and τ",
        _ => "and τ by class",
    };

    // No figure reads as more than it is, no bound as less.
    private static string Text(double share) => TowardZero.Text(share, 3);

    private static string Up(double bound) =>
        (Math.Ceiling(bound * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Text(Interval interval) =>
        $"{Text(interval.Value)} [{Text(interval.Low)}, {Text(interval.High)}]";

    private static string Signed(Interval interval) => string.Create(CultureInfo.InvariantCulture,
        $"{interval.Value:+0.000;-0.000;0.000} [{interval.Low:+0.000;-0.000;0.000}, ")
        + string.Create(CultureInfo.InvariantCulture, $"{interval.High:+0.000;-0.000;0.000}]");
}
