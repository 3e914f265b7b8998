using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Router.Evaluation;
using Router.Evaluation.Logs;

namespace Router.Training.Targets;

/// <summary>
/// A table of targets that was read: what every expert answered for the true class of every image. A tab-separated
/// file: a line of terms, a header <c>idx label draws ID…</c>, a row per image.
/// </summary>
/// <param name="Path">Where it was read from.</param>
/// <param name="Terms">What it is about.</param>
/// <param name="Rows">One per image, in the order of the file; fewer than planned where the run was stopped.</param>
public sealed record TargetTable(string Path, TargetTerms Terms, ImmutableArray<TargetRow> Rows)
{
    internal const string TermsMark = "# ";

    private const int HeaderLines = 2;

    /// <summary>Reads a table. An unfinished last line does not count.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="BadInputException">It is no such table: file and line are named.</exception>
    public static TargetTable Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such table of targets", path);
        string[] lines = AppendLog.LinesOf(path);
        TargetTerms terms = ReadTerms(path, lines.Length > 0 ? lines[0] : "");
        if (lines.Length < HeaderLines || lines[1] != Header(terms))
            throw new BadInputException($"{path}:2: expected the header '{Header(terms).Replace('\t', ' ')}'");
        ImmutableArray<TargetRow> rows =
            [.. lines.Skip(HeaderLines).Select((line, i) => ReadRow(terms, line, path, i + HeaderLines + 1))];
        return rows.DistinctBy(row => row.Index).Count() == rows.Length
            ? new(path, terms, rows)
            : throw new BadInputException(
                $"{path}: image {rows.CountBy(row => row.Index).First(images => images.Value > 1).Key} stands twice: "
                + $"each image has one row");
    }

    internal static string Header(TargetTerms terms) =>
        string.Join('\t', ["idx", "label", "draws", .. terms.Experts.Select(expert => expert.Id)]);

    private static TargetTerms ReadTerms(string path, string line)
    {
        try
        {
            return line.StartsWith(TermsMark, StringComparison.Ordinal)
                ? TargetTerms.Of(line[TermsMark.Length..])
                : throw new JsonException("there is none");
        }
        catch (JsonException fault)
        {
            throw new BadInputException($"{path}:1: expected a line of terms, "
                + $"'{TermsMark}{{\"schema\":\"{TargetTerms.CurrentSchema}\", …}}': {fault.Message}");
        }
    }

    private static TargetRow ReadRow(TargetTerms terms, string line, string path, int number)
    {
        string[] fields = line.Split('\t');
        if (fields.Length != terms.Experts.Length + 3)
            throw new BadInputException(
                $"{path}:{number}: {fields.Length} fields, expected {terms.Experts.Length + 3}");
        TargetRow row = new(Whole(fields[0]), Whole(fields[1]), Whole(fields[2]), [.. fields[3..].Select(Measured)]);
        return row.Draws == terms.Draws
            ? row
            : throw new BadInputException(
                $"{path}:{number}: {row.Draws} draws, expected {terms.Draws} as in the terms");

        int Whole(string field) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new BadInputException($"{path}:{number}: '{field}': expected a whole number");

        double Measured(string field) =>
            terms.Measure == TargetMeasure.Votes
                ? Whole(field) is var votes && votes <= terms.Draws
                    ? votes
                    : throw new BadInputException($"{path}:{number}: {votes} votes of {terms.Draws} draws")
                : double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double radius)
                    && radius >= 0 && double.IsFinite(radius)
                    ? radius
                    : throw new BadInputException($"{path}:{number}: '{field}': expected a radius ≥ 0");
    }
}

/// <summary>One image of a table of targets.</summary>
/// <param name="Index">Its index in the data set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Draws">Draws of each expert; 0 where radii are given.</param>
/// <param name="Measured">Per expert, in the order of the terms: votes for the true class, or its radius.</param>
public sealed record TargetRow(int Index, int Label, int Draws, ImmutableArray<double> Measured)
{
    internal string Line => string.Join('\t', [Text(Index), Text(Label), Text(Draws),
        .. Measured.Select(value => value.ToString("R", CultureInfo.InvariantCulture))]);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
