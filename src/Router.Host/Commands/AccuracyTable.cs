using System.Globalization;
using Router.Evaluation.Logs;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>Certified accuracy by radius, cut and not rounded, and the figures beside it, for the terminal.</summary>
internal static class AccuracyTable
{
    /// <summary>The columns.</summary>
    public static readonly double[] Radii = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

    /// <summary>One system: its row, and what else there is to say of it. Of no rows, the head alone.</summary>
    public static Table Of(IReadOnlyCollection<LogRow> rows) => rows.Count == 0
        ? OfEach([])
        : OfEach([($"{rows.Count} images", rows)]).Caption(
            $"abstained {Share(CertifiedAccuracy.Abstention(rows))}, average certified radius "
            + $"{TowardZero.Text(CertifiedAccuracy.AverageRadius(rows), 3)}; routes {Routes(rows)}");

    /// <summary>A row for each of several systems.</summary>
    public static Table OfEach(IEnumerable<(string Name, IReadOnlyCollection<LogRow> Rows)> systems)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn("certified accuracy at r");
        foreach (double radius in Radii)
            table.AddColumn(new TableColumn(radius.ToString("0.##", CultureInfo.InvariantCulture)).RightAligned());
        foreach ((string name, IReadOnlyCollection<LogRow> rows) in systems)
            table.AddRow(
                [Markup.Escape(name),
                .. Radii.Select(radius => TowardZero.Text(CertifiedAccuracy.At(rows, radius), 3))]);
        return table;
    }

    private static string Routes(IReadOnlyCollection<LogRow> rows) => string.Join(", ", rows
        .Where(row => row.Routed is { Route.Length: > 0 })
        .CountBy(row => row.Routed!.Route)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key} {Share((double)pair.Value / rows.Count)}"));

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
