using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Evaluation.Logs;

/// <summary>
/// Reads what <see cref="CountsLogWriter"/> wrote. A last row that was cut off while being written is left out.
/// </summary>
internal static class CountsLogReader
{
    // Files of earlier versions end before these; passes are there where an expert keeps votes back.
    private static readonly string[] Optional = ["certificate", "routing", "ledger", "plan", "bounds"];

    /// <summary>Whether a file begins as a counts file does.</summary>
    /// <param name="header">Its first line.</param>
    public static bool Begins(string header) =>
        header.StartsWith("idx\tstage\tid\tsigma\tfunction\t", StringComparison.Ordinal);

    /// <summary>Reads a whole counts file.</summary>
    /// <exception cref="BadInputException">A column is missing, or a value is not what its column holds.</exception>
    public static IReadOnlyList<CountsRow> Read(string path)
    {
        string[] lines = AppendLog.LinesOf(path);
        if (lines.Length == 0)
            throw new BadInputException(
                path, 1,
                "the file is empty: expected a header row with " + string.Join(", ", CountsLogWriter.Columns));
        TabbedHeader header = new(path, lines[0], CountsLogWriter.Columns.Except(Optional), CountsLogWriter.Columns);
        return [.. lines.Skip(1).Select((line, i) => new Row(header.Row(line, i + 2)).Parse())];
    }

    private readonly record struct Row(TabbedRow Fields)
    {
        public CountsRow Parse() => new(
            (int)Whole(CountsLogWriter.Index, int.MaxValue), Fields[CountsLogWriter.Stage], Fields["id"], Sigma(),
            new(Seed(), (uint)Whole("stream", uint.MaxValue)), Counts("selection"), Counts("estimation"), Family());

        private long Whole(string column, long most) => Fields.Whole(column, most, $"a whole number from 0 to {most}");

        private ulong Seed() =>
            ulong.TryParse(Fields["seed"], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
                ? seed
                : throw Fields.Fault("seed", "a seed, 0 to 2^64 − 1");

        private decimal Sigma() =>
            decimal.TryParse(Fields["sigma"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out decimal sigma) && sigma > 0 ? sigma : throw Fields.Fault("sigma", "a σ above 0");

        private VoteCounts Counts(string part)
        {
            long from = Whole(part + "_from", long.MaxValue), to = Whole(part + "_to", long.MaxValue);
            ImmutableArray<long>.Builder counts = ImmutableArray.CreateBuilder<long>();
            foreach (string count in Fields[part + "_counts"].Split(','))
                counts.Add(long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value
                    : throw Fields.Fault(part + "_counts", "counts, separated by commas"));
            try
            {
                string passed = part + CountsLogWriter.Passed;
                return new(
                    counts.ToImmutable(), Whole(part + "_undecided", long.MaxValue), new(from, to),
                    new(Fields["function"]), Fields[passed].Length > 0 ? Whole(passed, long.MaxValue) : 0);
            }
            catch (ArgumentException fault)
            {
                throw Fields.Fault(fault.Message);
            }
        }

        // The family is the first word of the plan; files of earlier versions know fixed counts alone.
        private BoundFamily Family() => Fields["plan"].Split(',')[0].Split(' ') switch
        {
            ["" or "fixed"] => new BoundFamily.FixedCount(),
            ["randomised"] => new BoundFamily.RandomisedFixedCount(),
            ["mixture"] => new BoundFamily.Mixture(),
            ["looks", .. string[] looks] when looks.All(
                look => long.TryParse(look, NumberStyles.None, CultureInfo.InvariantCulture, out _)) =>
                new BoundFamily.Schedule(
                    [.. looks.Select(look => long.Parse(look, NumberStyles.None, CultureInfo.InvariantCulture))]),
            _ => throw Fields.Fault("plan", "a plan that begins with fixed, randomised, mixture or looks"),
        };
    }
}
