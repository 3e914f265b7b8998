using System.Globalization;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands.Tradeoff;

/// <summary>Certified accuracy of the systems that a reader is shown, for the terminal.</summary>
internal static class StudyTable
{
    public static Table Of(TradeoffDocument document)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn("certified accuracy at r");
        foreach (double radius in document.Radii)
            table.AddColumn(new TableColumn(radius.ToString("0.####", CultureInfo.InvariantCulture)).RightAligned());
        table.AddColumn(new TableColumn("samples").RightAligned()).AddColumn("");
        foreach (StudySystem system in ShownSystems.Of(document))
            table.AddRow([
                Markup.Escape(system.Name), .. system.Accuracy.Select(at => TowardZero.Text(at.Share, 3)),
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
            $"{TowardZero.Text(at.Share, 3)} at {at.Radius} ({TowardZero.Text(at.Low, 3)} to {at.High:0.000})")));
        return $"chosen among {choice.Considered} on {choice.ChosenOn} images: {choice.Chosen}; "
            + $"on the other {choice.ReportedOn}: {shares}";
    }
}
