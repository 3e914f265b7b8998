using System.Globalization;
using Router.Evaluation.Logs;
using Router.Host.Cli;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>Certified accuracy by radius, cut and not rounded, and the figures beside it, for the terminal.</summary>
internal static class AccuracyTable
{
    /// <summary>Prints one system: its row, and what else there is to say of it. Of no rows, the head alone.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyCollection<LogRow> rows, IReadOnlyList<double> radii)
    {
        if (rows.Count == 0)
        {
            OfEach([], radii).Write(console);
            return;
        }
        OfEach([($"{rows.Count} images", rows)], radii).Write(console);
        Summarize(console, rows);
    }

    /// <summary>Prints what there is to say of one system beside its accuracy; of no rows nothing.</summary>
    public static void Summarize(IAnsiConsole console, IReadOnlyCollection<LogRow> rows)
    {
        if (rows.Count > 0)
            console.PrintProse(
                $"abstained {Share(CertifiedAccuracy.Abstention(rows))}, average certified radius "
                + $"{TowardZero.Text(CertifiedAccuracy.AverageRadius(rows), 3)}; routes {Routes(rows)}");
    }

    /// <summary>A row for each of several systems.</summary>
    public static TextTable OfEach(
        IEnumerable<(string Name, IReadOnlyCollection<LogRow> Rows)> systems, IReadOnlyList<double> radii)
    {
        TextTable table = new([TextColumn.Words("certified accuracy at r"), .. radii.Select(RadiiOption.Column)]);
        foreach ((string name, IReadOnlyCollection<LogRow> rows) in systems)
            table.Add([name, .. radii.Select(radius => TowardZero.Text(CertifiedAccuracy.At(rows, radius), 3))]);
        return table;
    }

    private static string Routes(IReadOnlyCollection<LogRow> rows) => string.Join(", ", rows
        .Where(row => row.Routed is { Route.Length: > 0 })
        .CountBy(row => row.Routed!.Route)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key} {Share((double)pair.Value / rows.Count)}"));

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
