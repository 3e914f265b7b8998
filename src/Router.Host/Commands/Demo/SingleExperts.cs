using System.Globalization;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Evaluation.Tables;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands.Demo;

/// <summary>The routed system beside every single expert on the same images: a table, and a picture of the same.</summary>
internal static class SingleExperts
{
    private static readonly double[] Radii = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

    // Ninths of a character's height; the picture has a column per sixteenth of a pixel's range.
    private const string Heights = " ▁▂▃▄▅▆▇█";
    private const double Column = 0.0625;

    public static async Task CompareAsync(
        Workbench bench, DataSet data, IReadOnlyList<int> indices, IReadOnlyList<CertifiedImage> routed, CertificationPlan plan, SeedSource seeds,
        Surroundings surroundings, CancellationToken cancellationToken)
    {
        Dictionary<string, LogRow[]> systems = new() { ["routed"] = [.. routed.Select(image => image.ToRow(seeds.Origin))] };
        foreach (Expert expert in bench.Registry.Experts)
        {
            CertifyRun alone = new(RegisteredMix.Single(bench.Registry, expert.Id), plan, seeds, surroundings.Clock);
            List<LogRow> rows = [];
            foreach (int index in indices)
                rows.Add((await alone.CertifyAsync(data.Read(index), progress: null, cancellationToken)).ToRow(seeds.Origin));
            systems[$"{expert.Id} alone"] = [.. rows];
        }
        surroundings.Out.Write(TableOf(systems));
        surroundings.Out.WriteLine($"certified accuracy from r = 0 to {Radii[^1].ToString(CultureInfo.InvariantCulture)}");
        foreach ((string name, LogRow[] rows) in systems)
            surroundings.Out.WriteLine($"{name,-12} {Picture(rows)}");
    }

    private static Table TableOf(Dictionary<string, LogRow[]> systems)
    {
        Table table = new() { Border = TableBorder.Simple };
        table.AddColumn("certified accuracy at r");
        foreach (double radius in Radii)
            table.AddColumn(new TableColumn(radius.ToString("0.##", CultureInfo.InvariantCulture)).RightAligned());
        foreach ((string name, LogRow[] rows) in systems)
            table.AddRow([Markup.Escape(name), .. Radii.Select(radius => CertifiedAccuracy.At(rows, radius).ToString("0.000", CultureInfo.InvariantCulture))]);
        return table;
    }

    private static string Picture(LogRow[] rows) => string.Concat(Enumerable.Range(0, (int)(Radii[^1] / Column) + 1).Select(i =>
        Heights[(int)Math.Round(CertifiedAccuracy.At(rows, i * Column) * (Heights.Length - 1))]));
}
