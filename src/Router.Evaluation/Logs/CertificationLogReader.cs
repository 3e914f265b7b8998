using System.Globalization;
using System.Text.RegularExpressions;

namespace Router.Evaluation.Logs;

/// <summary>
/// Reads certification logs: ours, Cohen's and their relatives. Columns are found by name; time is H:MM:SS.ffffff or seconds; a last row
/// that was cut off while being written is left out and said so. Radii that another program rounded keep a sound one beside them.
/// </summary>
public static partial class CertificationLogReader
{
    // Far beyond any that noise can prove, and still a number that can be printed and added up.
    private const double MostRadius = 1e6;

    /// <summary>Whether a file begins as a certification log does: its header names every column that one must have.</summary>
    /// <param name="header">Its first line.</param>
    public static bool Begins(string header) => LogColumns.Required.All(header.Split('\t').Contains);

    /// <summary>Reads a whole log.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LogFormatException">A header lacks a column, a value is not what its column holds, or an index stands twice.</exception>
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
            throw new LogFormatException(name, 1, "the log is empty: expected a header row with " + string.Join(", ", LogColumns.Required));
        bool truncated = !text.EndsWith('\n');
        string[] lines = text.Split('\n');
        Header header = new(lines[0].TrimEnd('\r').Split('\t'), name);
        List<LogRow> rows = [];
        HashSet<int> seen = [];
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            bool last = i == lines.Length - 1;
            // An unfinished last row may look whole (a digit short): it only counts with its line end.
            if (line.Length == 0 || (last && truncated)) continue;
            LogRow row = header.Parse(line.Split('\t'), i + 1);
            if (!seen.Add(row.Index))
                throw new LogFormatException(name, i + 1, $"image {row.Index} stands twice: each image has one row");
            rows.Add(row);
        }
        return new(name, [.. rows.Select(header.Sound)], truncated && lines.Length > 1 ? lines[^1] : null);
    }

    private sealed partial class Header
    {
        private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
        private readonly string _name;
        private readonly PrintedRadii _printed = new();

        public Header(string[] columns, string name)
        {
            _name = name;
            for (int i = 0; i < columns.Length; i++)
                if (!_columns.TryAdd(columns[i], i))
                    throw new LogFormatException(name, 1, $"column '{columns[i]}' stands twice");
            string[] missing = [.. LogColumns.Required.Where(column => !_columns.ContainsKey(column))];
            if (missing.Length > 0)
                throw new LogFormatException(name, 1, $"no column {string.Join(", ", missing)}: expected a tab-separated header with {string.Join(", ", LogColumns.Required)}");
        }

        public LogRow Parse(string[] fields, int line)
        {
            if (fields.Length != _columns.Count)
                throw new LogFormatException(_name, line, $"{fields.Length} fields, but the header names {_columns.Count}");
            int predicted = Int(fields, LogColumns.Predict, line, lowest: -1);
            double radius = Radius(fields, LogColumns.Radius, line);
            if (double.IsFinite(radius))
                _printed.See(Text(fields, LogColumns.Radius));
            return new(
                Int(fields, LogColumns.Index, line, lowest: 0),
                Int(fields, LogColumns.Label, line, lowest: 0),
                predicted < 0 ? null : predicted,
                radius,
                _columns.ContainsKey(LogColumns.Time) ? Time(fields, line) : 0)
            {
                Routed = _columns.ContainsKey(LogColumns.Route) ? Routed(fields, line) : null,
            };
        }

        /// <summary>The row with what its printed radius proves, once the whole log was seen. Ours hold every digit.</summary>
        public LogRow Sound(LogRow row) => row.Routed is null ? row with { SoundRadius = _printed.Sound(row.Radius) } : row;

        private RoutedColumns Routed(string[] fields, int line) => new(
            Text(fields, LogColumns.Route),
            Radius(fields, LogColumns.RouteRadius, line),
            Radius(fields, LogColumns.ExpertRadius, line),
            Text(fields, LogColumns.Limiting),
            Int(fields, LogColumns.Drawn, line, lowest: 0),
            Text(fields, LogColumns.Noise),
            ulong.TryParse(Text(fields, LogColumns.Seed), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
                ? seed
                : throw Fault(fields, LogColumns.Seed, line, "a seed, 0 to 2^64 − 1"),
            Text(fields, LogColumns.SeedOrigin));

        private string Text(string[] fields, string column) => _columns.TryGetValue(column, out int i) ? fields[i] : "";

        private int Int(string[] fields, string column, int line, int lowest) =>
            int.TryParse(Text(fields, column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= lowest
                ? value
                : throw Fault(fields, column, line, $"a whole number ≥ {lowest}");

        private double Radius(string[] fields, string column, int line)
        {
            string text = Text(fields, column);
            if (text == "inf") return double.PositiveInfinity;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value is >= 0 and <= MostRadius
                ? Math.Abs(value) // -0 is a way to write 0
                : throw Fault(fields, column, line, $"a radius from 0 to {MostRadius}");
        }

        private double Time(string[] fields, int line)
        {
            string text = Text(fields, LogColumns.Time);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0 && double.IsFinite(seconds))
                return seconds;
            Match clock = Clock().Match(text);
            if (!clock.Success)
                throw Fault(fields, LogColumns.Time, line, "H:MM:SS.ffffff or seconds");
            return (double)(Part("days") * 86_400 + Part("hours") * 3600 + Part("minutes") * 60 + Part("seconds"));

            decimal Part(string group) =>
                clock.Groups[group] is { Success: true } part ? decimal.Parse(part.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : 0;
        }

        // As Python prints a timedelta.
        [GeneratedRegex(
            @"^((?<days>\d{1,6}) days?, )?(?<hours>\d{1,7}):(?<minutes>[0-5]\d):(?<seconds>[0-5]\d(\.\d{1,9})?)\z",
            RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Clock();

        private LogFormatException Fault(string[] fields, string column, int line, string accepted) =>
            new(_name, line, $"{column} '{Text(fields, column)}': expected {accepted}");
    }
}
