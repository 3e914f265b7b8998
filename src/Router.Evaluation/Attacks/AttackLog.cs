using System.Globalization;
using Router.Evaluation.Logs;

namespace Router.Evaluation.Attacks;

/// <summary>Reads what attacks found (docs/formats.md, section 3): one row per image, an unfinished last one left out.</summary>
public static class AttackLog
{
    /// <summary>The columns, in order.</summary>
    public static readonly IReadOnlyList<string> Columns =
    [
        "idx", "label", "class", "certified_radius", "distance2_levels", "distance", "goal", "route_found", "class_found", "alpha", "seed", "samples",
    ];

    /// <summary>Reads a log.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LogFormatException">The header or a row is not one of an attack log, or an image stands twice.</exception>
    public static IReadOnlyList<AttackRow> Read(string path)
    {
        string[] lines = UnfinishedLines.WholeOf(path);
        if (lines.Length == 0 || lines[0].TrimEnd('\r') != string.Join('\t', Columns))
            throw new LogFormatException(path, 1, $"this is no log of an attack: expected the columns {string.Join(", ", Columns)}");
        List<AttackRow> rows = [];
        HashSet<int> seen = [];
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd('\r') is not { Length: > 0 } line) continue;
            rows.Add(Parse(line.Split('\t')) ?? throw new LogFormatException(
                path, i + 1, $"expected {Columns.Count} fields, with {nameof(Counterexample)}'s six all there or all empty and distance = √distance2_levels / 255"));
            if (!seen.Add(rows[^1].Index))
                throw new LogFormatException(path, i + 1, $"image {rows[^1].Index} stands twice: each image has one row");
        }
        return rows;
    }

    internal static string Line(AttackRow row) => string.Join('\t', [
        Text(row.Index), Text(row.Label), Text(row.Class), Round(row.CertifiedRadius),
        .. row.Found is { } found
            ? [Text(found.SquaredLevels), Round(found.Distance), found.Goal, found.Route, Text(found.Class)]
            : Enumerable.Repeat("", 5),
        Round(row.FailureProbability), row.Found is { Seed: var seed } ? Text(seed) : "", Text(row.Samples),
    ]);

    private static AttackRow? Parse(string[] fields)
    {
        if (fields.Length != Columns.Count
            || !Whole(fields[0], out int index) || !Whole(fields[1], out int label) || !Whole(fields[2], out int certified)
            || !Number(fields[3], out double radius) || !Number(fields[9], out double alpha) || !long.TryParse(fields[11], NumberStyles.None, CultureInfo.InvariantCulture, out long samples))
            return null;
        string[] found = [.. fields[4..9], fields[10]];
        if (found.All(field => field.Length == 0))
            return new(index, label, certified, radius, Found: null, alpha, samples);
        return long.TryParse(found[0], NumberStyles.None, CultureInfo.InvariantCulture, out long squared) && Whole(found[4], out int answer)
            && ulong.TryParse(found[5], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            && new Counterexample(squared, found[2], found[3], answer, seed) is var example && Number(found[1], out double distance) && distance == example.Distance
                ? new(index, label, certified, radius, example, alpha, samples)
                : null;
    }

    private static bool Whole(string field, out int value) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool Number(string field, out double value) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && value >= 0;

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Round(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
