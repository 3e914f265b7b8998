using System.Globalization;
using Router.Evaluation.Logs;

namespace Router.Evaluation.Attacks;

/// <summary>
/// Reads what attacks found (docs/formats.md, section 3): one row per image, an unfinished last one left out.
/// </summary>
public static class AttackLog
{
    private const string Index = "idx", Label = "label", Class = "class", Radius = "certified_radius",
        Levels = "distance2_levels", Distance = "distance", Goal = "goal", RouteFound = "route_found",
        ClassFound = "class_found", Alpha = "alpha", Seed = "seed", Samples = "samples";

    private static readonly string[] FoundColumns = [Levels, Distance, Goal, RouteFound, ClassFound, Seed];

    /// <summary>The columns, in order.</summary>
    public static readonly IReadOnlyList<string> Columns =
        [Index, Label, Class, Radius, Levels, Distance, Goal, RouteFound, ClassFound, Alpha, Seed, Samples];

    /// <summary>Reads a log.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">
    /// The header or a row is not one of an attack log, or an image stands twice.
    /// </exception>
    public static IReadOnlyList<AttackRow> Read(string path)
    {
        string[] lines = AppendLog.LinesOf(path);
        if (lines.Length == 0 || lines[0].TrimEnd('\r') != string.Join('\t', Columns))
            throw new BadInputException(
                path, 1, $"this is no log of an attack: expected the columns {string.Join(", ", Columns)}");
        TabbedHeader header = new(path, lines[0], Columns, Columns);
        List<AttackRow> rows = [];
        HashSet<int> seen = [];
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd('\r').Length == 0) continue;
            TabbedRow row = header.Row(lines[i], i + 1);
            rows.Add(Parse(row) ?? throw row.Fault(
                $"expected {nameof(Counterexample)}'s six fields all there or all empty, "
                + "and distance = √distance2_levels / 255"));
            if (!seen.Add(rows[^1].Index))
                throw row.Fault($"image {rows[^1].Index} stands twice: each image has one row");
        }
        return rows;
    }

    internal static IEnumerable<string> Fields(AttackRow row) =>
    [
        Text(row.Index), Text(row.Label), Text(row.Class), Round(row.CertifiedRadius),
        .. row.Found is { } found
            ? [Text(found.SquaredLevels), Round(found.Distance), found.Goal, found.Route, Text(found.Class)]
            : Enumerable.Repeat("", 5),
        Round(row.FailureProbability), row.Found is { Seed: var seed } ? Text(seed) : "", Text(row.Samples),
    ];

    private static AttackRow? Parse(TabbedRow row)
    {
        int Whole(string column) => (int)row.Whole(column, int.MaxValue);
        if (!Number(row[Radius], out double radius) || !Number(row[Alpha], out double alpha)) return null;
        AttackRow missed = new(
            Whole(Index), Whole(Label), Whole(Class), radius, Found: null, alpha, row.Whole(Samples));
        if (FoundColumns.All(column => row[column].Length == 0)) return missed;
        if (!ulong.TryParse(row[Seed], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) return null;
        Counterexample found = new(row.Whole(Levels), row[Goal], row[RouteFound], Whole(ClassFound), seed);
        return Number(row[Distance], out double distance) && distance == found.Distance
            ? missed with { Found = found }
            : null;
    }

    private static bool Number(string field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value)
            && value >= 0;

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Round(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
