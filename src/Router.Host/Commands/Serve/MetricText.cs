using System.Globalization;
using System.Text;

namespace Router.Host.Commands.Serve;

/// <summary>A line of a daemon's metrics.</summary>
/// <param name="Name">The metric.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
internal sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>A label's value; empty where it has none.</summary>
    public string this[string label] => Labels.GetValueOrDefault(label, "");
}

/// <summary>Reads Prometheus' text format as a daemon writes it: without times and exemplars.</summary>
internal static class MetricText
{
    /// <summary>Every sample, in the order of the text; comments and whatever is no sample are left out.</summary>
    public static IReadOnlyList<MetricSample> Read(string text) =>
        [.. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(ReadLine).OfType<MetricSample>()];

    private static MetricSample? ReadLine(string line)
    {
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        int at = line.AsSpan().IndexOfAny('{', ' ');
        if (at < 0) return null;
        string name = line[..at];
        if (line[at] == '{')
        {
            at++;
            while (at < line.Length && line[at] != '}')
            {
                int equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
                if (equals < 0) return null;
                string label = line[at..equals];
                labels[label] = Quoted(line, equals + 2, out at);
                if (at < line.Length && line[at] == ',') at++;
            }
            at++;
        }
        return at < line.Length
            && double.TryParse(Number(line[at..].Trim()), CultureInfo.InvariantCulture, out double value)
            ? new(name, labels, value) : null;
    }

    private static string Quoted(string line, int at, out int after)
    {
        StringBuilder value = new();
        for (; at < line.Length && line[at] != '"'; at++)
            value.Append(line[at] != '\\' || at + 1 == line.Length ? line[at] : line[++at] == 'n' ? '\n' : line[at]);
        after = at + 1;
        return value.ToString();
    }

    private static string Number(string text) => text switch
    {
        "+Inf" => "Infinity",
        "-Inf" => "-Infinity",
        _ => text,
    };
}
