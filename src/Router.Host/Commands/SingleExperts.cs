using System.Globalization;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Smoothing;

namespace Router.Host.Commands;

/// <summary>
/// The routed system beside every single expert on the same images: a table, and a picture of the same.
/// </summary>
internal static class SingleExperts
{
    // Eighths of a character's height; the picture has a column per sixteenth of a radius of 1.
    private const string Heights = " ▁▂▃▄▅▆▇█";
    private const double Column = 0.0625;
    private const double LastRadius = 2;

    public static async Task CompareAsync(
        Deployment deployed, DataSet data, IReadOnlyList<int> indices, IReadOnlyCollection<LogRow> routed,
        CertificationPlan plan, SeedSource seeds, IReadOnlyList<double> radii,
        Surroundings surroundings, CancellationToken cancellationToken)
    {
        List<(string Name, IReadOnlyCollection<LogRow> Rows)> systems =
        [
            (deployed.Classifier.Cascade is null ? "routed" : "cascade", routed),
        ];
        foreach (LoadedNetwork expert in deployed.Registry.Experts)
        {
            // All of its votes: θ makes room for the others of a cascade, and costs an expert that stands alone.
            CertifyRun alone = new(
                new RoutedClassifier(new Estimator.Route(expert.Id, expert.Network)), plan, seeds, surroundings.Clock);
            List<LogRow> rows = [];
            foreach (int index in indices)
                rows.Add((await alone.CertifyAsync(data.Read(index), cancellationToken))
                    .ToRow(seeds.Origin));
            systems.Add(($"{expert.Id} alone", rows));
        }
        AccuracyTable.OfEach(systems, radii).Write(surroundings.Out);
        surroundings.Out.Print(string.Create(
            CultureInfo.InvariantCulture, $"certified accuracy from r = 0 to {LastRadius}"));
        int widest = Math.Max(12, systems.Max(system => system.Name.Length));
        foreach ((string name, IReadOnlyCollection<LogRow> rows) in systems)
            surroundings.Out.Print($"{name.PadRight(widest)} {Picture(rows)}".TrimEnd());
    }

    private static string Picture(IReadOnlyCollection<LogRow> rows) =>
        string.Concat(Enumerable.Range(0, (int)(LastRadius / Column) + 1).Select(i =>
        Heights[(int)(CertifiedAccuracy.At(rows, i * Column) * (Heights.Length - 1) + 1e-9)]));
}
