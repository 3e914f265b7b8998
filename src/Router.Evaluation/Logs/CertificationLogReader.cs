using System.Globalization;
using System.Text.RegularExpressions;

namespace Router.Evaluation.Logs;

/// <summary>
/// Reads certification logs: ours, Cohen's and their relatives. Columns are found by name; time is H:MM:SS.ffffff or
/// seconds; a last row that was cut off while being written is left out and said so. Radii that another program rounded
/// keep a sound one beside them.
/// </summary>
public static partial class CertificationLogReader
{
    // Far beyond any that noise can prove, and still a number that can be printed and added up.
    private const double MostRadius = 1e6;

    /// <summary>
    /// Whether a file begins as a certification log does: its header names every column that one must have.
    /// </summary>
    /// <param name="header">Its first line.</param>
    public static bool Begins(string header) => LogColumns.Required.All(header.Split('\t').Contains);

    /// <summary>Reads a whole log.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BadInputException">
    /// A header lacks a column, a value is not what its column holds, or an index stands twice.
    /// </exception>
    public static CertificationLog Read(string path)
    {
        using StreamReader reader = new(path);
        return Read(reader, path);
    }

    /// <summary>Reads a whole log from a reader; the name is for messages.</summary>
    public static CertificationLog Read(TextReader reader, string name)
    {
        string text = reader.ReadToEnd();
        if (text.Length == 0)
            throw new BadInputException(
                name, 1, "the log is empty: expected a header row with " + string.Join(", ", LogColumns.Required));
        bool truncated = !text.EndsWith('\n');
        string[] lines = text.Split('\n');
        Header header = new(name, lines[0]);
        List<LogRow> rows = [];
        HashSet<int> seen = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            bool last = i == lines.Length - 1;
            // An unfinished last row may look whole (a digit short): it only counts with its line end.
            if (line.Length == 0 || (last && truncated)) continue;
            LogRow row = header.Parse(line, i + 1);
            if (!seen.Add(row.Index))
                throw new BadInputException(name, i + 1, $"image {row.Index} stands twice: each image has one row");
            rows.Add(row);
        }
        return new(name, [.. rows.Select(header.Sound)], truncated && lines.Length > 1 ? lines[^1] : null);
    }

    private sealed partial class Header(string name, string line)
    {
        private readonly TabbedHeader _header = new(name, line, LogColumns.Required, LogColumns.Required);
        private readonly PrintedRadii _printed = new();

        public LogRow Parse(string text, int number)
        {
            TabbedRow row = _header.Row(text, number);
            int predicted = Int(row, LogColumns.Predict, lowest: -1);
            double radius = Radius(row, LogColumns.Radius);
            if (double.IsFinite(radius))
                _printed.See(row[LogColumns.Radius]);
            return new(
                Int(row, LogColumns.Index, lowest: 0),
                Int(row, LogColumns.Label, lowest: 0),
                predicted < 0 ? null : predicted,
                radius,
                _header.Has(LogColumns.Time) ? Time(row) : 0)
            {
                Routed = _header.Has(LogColumns.Route) ? Routed(row) : null,
            };
        }

        /// <summary>
        /// The row with what its printed radius proves, once the whole log was seen. Ours hold every digit.
        /// </summary>
        public LogRow Sound(LogRow row) =>
            row.Routed is null ? row with { SoundRadius = _printed.Sound(row.Radius) } : row;

        private static RoutedColumns Routed(TabbedRow row) => new(
            row[LogColumns.Route],
            Radius(row, LogColumns.RouteRadius),
            Radius(row, LogColumns.ExpertRadius),
            row[LogColumns.Limiting],
            Int(row, LogColumns.Drawn, lowest: 0),
            row[LogColumns.Noise],
            ulong.TryParse(row[LogColumns.Seed], NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
                ? seed
                : throw row.Fault(LogColumns.Seed, "a seed, 0 to 2^64 − 1"),
            row[LogColumns.SeedOrigin]);

        private static int Int(TabbedRow row, string column, int lowest) =>
            int.TryParse(row[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                && value >= lowest
                ? value
                : throw row.Fault(column, $"a whole number ≥ {lowest}");

        private static double Radius(TabbedRow row, string column)
        {
            if (row[column] == "inf") return double.PositiveInfinity;
            return double.TryParse(row[column], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value is >= 0 and <= MostRadius
                ? Math.Abs(value) // -0 is a way to write 0
                : throw row.Fault(column, $"a radius from 0 to {MostRadius}");
        }

        private static double Time(TabbedRow row)
        {
            string text = row[LogColumns.Time];
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                && seconds >= 0 && double.IsFinite(seconds))
                return seconds;
            Match clock = Clock().Match(text);
            if (!clock.Success)
                throw row.Fault(LogColumns.Time, "H:MM:SS.ffffff or seconds");
            return (double)(Part("days") * 86_400 + Part("hours") * 3600 + Part("minutes") * 60 + Part("seconds"));

            decimal Part(string group) => clock.Groups[group] is { Success: true } part
                ? decimal.Parse(part.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
                : 0;
        }

        // As Python prints a timedelta.
        [GeneratedRegex(
            @"^((?<days>\d{1,6}) days?, )?(?<hours>\d{1,7}):(?<minutes>[0-5]\d):(?<seconds>[0-5]\d(\.\d{1,9})?)\z",
            RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Clock();
    }
}
