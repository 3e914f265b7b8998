using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Logs;

/// <summary>Reads what <see cref="CountsLogWriter"/> wrote. A last row that was cut off while being written is left out.</summary>
public static class CountsLogReader
{
    // Files of earlier versions end before these.
    private static readonly string[] Optional = ["certificate", "routing", "ledger", "plan", "bounds"];

    /// <summary>Whether a file begins as a counts file does.</summary>
    /// <param name="header">Its first line.</param>
    public static bool Begins(string header) => header.StartsWith("idx\tstage\tid\tsigma\tfunction\t", StringComparison.Ordinal);

    /// <summary>Reads a whole counts file.</summary>
    /// <exception cref="LogFormatException">A column is missing, or a value is not what its column holds.</exception>
    public static IReadOnlyList<CountsRow> Read(string path)
    {
        string[] lines = UnfinishedLines.WholeOf(path);
        if (lines.Length == 0)
            throw new LogFormatException(path, 1, "the file is empty: expected a header row with " + string.Join(", ", CountsLogWriter.Columns));
        string[] header = lines[0].TrimEnd('\r').Split('\t');
        Dictionary<string, int> columns = header.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);
        string[] missing = [.. CountsLogWriter.Columns.Where(column => !columns.ContainsKey(column) && !Optional.Contains(column))];
        if (missing.Length > 0)
            throw new LogFormatException(path, 1, $"no column {string.Join(", ", missing)}: expected a tab-separated header with {string.Join(", ", CountsLogWriter.Columns)}");
        List<CountsRow> rows = new(lines.Length - 1);
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = lines[i].TrimEnd('\r').Split('\t');
            if (fields.Length != header.Length)
                throw new LogFormatException(path, i + 1, $"{fields.Length} fields, but the header names {header.Length}");
            rows.Add(new Row(path, i + 1, columns, fields).Parse());
        }
        return rows;
    }

    private readonly record struct Row(string Path, int Line, Dictionary<string, int> Columns, string[] Fields)
    {
        public CountsRow Parse() => new(
            (int)Whole("idx", int.MaxValue), Text("stage"), Text("id"), Sigma(),
            new(Seed(), (uint)Whole("stream", uint.MaxValue)), Counts("selection"), Counts("estimation"), Family());

        private string Text(string column) => Columns.TryGetValue(column, out int i) ? Fields[i] : "";

        private long Whole(string column, long most) =>
            long.TryParse(Text(column), NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= most
                ? value
                : throw Fault(column, $"a whole number from 0 to {most}");

        private ulong Seed() => ulong.TryParse(Text("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : throw Fault("seed", "a seed, 0 to 2^64 − 1");

        private decimal Sigma() =>
            decimal.TryParse(Text("sigma"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal sigma) && sigma > 0 ? sigma : throw Fault("sigma", "a σ above 0");

        private Votes Counts(string part)
        {
            long from = Whole(part + "_from", long.MaxValue), to = Whole(part + "_to", long.MaxValue);
            ImmutableArray<long>.Builder counts = ImmutableArray.CreateBuilder<long>();
            foreach (string count in Text(part + "_counts").Split(','))
                counts.Add(long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Fault(part + "_counts", "counts, separated by commas"));
            try
            {
                return new(counts.ToImmutable(), Whole(part + "_undecided", long.MaxValue), new(from, to), new(Text("function")));
            }
            catch (ArgumentException fault)
            {
                throw new LogFormatException(Path, Line, fault.Message);
            }
        }

        // The family is the first word of the plan; files of earlier versions know fixed counts alone.
        private BoundFamily Family() => Text("plan").Split(',')[0].Split(' ') switch
        {
            ["" or "fixed"] => new BoundFamily.FixedCount(),
            ["randomised"] => new BoundFamily.RandomisedFixedCount(),
            ["mixture"] => new BoundFamily.Mixture(),
            ["looks", .. string[] looks] when looks.All(look => long.TryParse(look, NumberStyles.None, CultureInfo.InvariantCulture, out _)) =>
                new BoundFamily.Schedule([.. looks.Select(look => long.Parse(look, NumberStyles.None, CultureInfo.InvariantCulture))]),
            _ => throw Fault("plan", "a plan that begins with fixed, randomised, mixture or looks"),
        };

        private LogFormatException Fault(string column, string accepted) => new(Path, Line, $"{column} '{Text(column)}': expected {accepted}");
    }
}
