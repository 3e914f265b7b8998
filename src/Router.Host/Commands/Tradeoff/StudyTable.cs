using System.Globalization;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;
using Router.Smoothing;

namespace Router.Host.Commands.Tradeoff;

/// <summary>Certified accuracy of the systems that a reader is shown, for the terminal.</summary>
internal static class StudyTable
{
    // Of the radii of a study, those that fit beside its long names.
    private static readonly double[] Few = [0, 0.5, 1, 1.5, 2];

    /// <summary>Which radii have a column: all, or a few of them; all where none of the few is there.</summary>
    public static int[] Shown(IReadOnlyList<double> radii, bool all)
    {
        int[] few = [.. Enumerable.Range(0, radii.Count).Where(i => Few.Contains(radii[i]))];
        return all || few.Length == 0 ? [.. Enumerable.Range(0, radii.Count)] : few;
    }

    /// <summary>A row for each system.</summary>
    /// <param name="document">The study.</param>
    /// <param name="all">Whether every radius has a column; otherwise a few, where the study has them.</param>
    public static TextTable Of(TradeoffDocument document, bool all)
    {
        int[] shown = Shown(document.Radii, all);
        TextTable table = new([
            TextColumn.Words("certified accuracy at r"), .. shown.Select(i => RadiiOption.Column(document.Radii[i])),
            TextColumn.Number("samples"), TextColumn.Whole("standing")]);
        foreach (StudySystem system in ShownSystems.Of(document))
            table.Add([
                system.Name, .. shown.Select(i => TowardZero.Text(system.Accuracy[i].Share, 3)),
                system.Cost.Samples?.ToString("0", CultureInfo.InvariantCulture) ?? "",
                system.Standing == Standings.Certificate ? "" : system.Standing,
            ]);
        return table;
    }

    /// <summary>What was chosen, in words; null where nothing was.</summary>
    public static string? Choice(TradeoffDocument document)
    {
        if (document.Choice is not { } choice)
            return null;
        string shares = string.Join(", ", choice.Accuracy.Select(at => FormattableString.Invariant(
            $"{TowardZero.Text(at.Share, 3)} at {at.Radius} ({Outward.Down(at.Low, 3):0.000} to ")
            + FormattableString.Invariant($"{Outward.Up(at.High, 3):0.000})")));
        return $"chosen among {choice.Considered} on {choice.ChosenOn} images: {choice.Chosen}; "
            + $"on the other {choice.ReportedOn}: {shares}";
    }
}
