using System.Globalization;
using System.Text;
using Votes.Bench;

namespace Growth.Bench;

/// <summary>How something grows.</summary>
/// <param name="Name">Of its files.</param>
/// <param name="Title">What is shown.</param>
/// <param name="Across">What grows.</param>
/// <param name="Up">What it costs, with its unit.</param>
/// <param name="Points">Measured.</param>
internal sealed record Growing(string Name, string Title, string Across, string Up, IReadOnlyList<Point> Points)
{
    /// <summary>A section: a table, and the chart beside it.</summary>
    /// <param name="charts">The folder of charts, as the page names it; null where none are drawn.</param>
    public string ToMarkdown(string? charts)
    {
        string[] series = [.. Points.Select(point => point.Series).Distinct()];
        StringBuilder text = new($"## {Title}\n\n");
        text.Append($"| {Across} | {string.Join(" | ", series)} |\n");
        text.Append($"| ---: |{string.Concat(series.Select(_ => " --- |"))}\n");
        foreach (IGrouping<double, Point> row in Points.GroupBy(point => point.X))
            text.Append(string.Create(CultureInfo.InvariantCulture, $"| {row.Key:0} | "))
                .Append(string.Join(" | ", series.Select(one => row.FirstOrDefault(point => point.Series == one))))
                .Append(" |\n");
        text.Append($"\n{Up}: medians, in brackets the smallest and the largest.\n\n");
        if (charts is not null) text.Append($"![{Title}]({charts}/{Name}.svg)\n\n");
        return text.ToString();
    }
}

/// <summary>One point: the median of some measurements, and the smallest and the largest of them.</summary>
internal sealed record Point(string Series, double X, double Value, double Low, double High)
{
    public static Point Of(string series, double x, IReadOnlyCollection<double> measured) =>
        new(series, x, Timing.Median(measured), measured.Min(), measured.Max());

    public override string ToString() =>
        Low == High ? Short(Value) : $"{Short(Value)} ({Short(Low)}–{Short(High)})";

    private static string Short(double value) =>
        value.ToString(value >= 100 ? "0" : value >= 1 ? "0.0" : "0.000", CultureInfo.InvariantCulture);
}
