using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Router.Host.Serving.Operations;

/// <summary>The two texts that Prometheus reads, where they differ.</summary>
internal sealed class ExpositionFormat
{
    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    public static readonly ExpositionFormat Text = new() { MediaType = "text/plain; version=0.0.4; charset=utf-8" };

    /// <summary>OpenMetrics 1.0, which has room for the trace behind a number.</summary>
    public static readonly ExpositionFormat OpenMetrics = new() { MediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8", IsOpenMetrics = true };

    private const string Total = "_total";

    /// <summary>Its media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>Whether it is OpenMetrics.</summary>
    public bool IsOpenMetrics { get; private init; }

    /// <summary>The one a caller would rather have: OpenMetrics only where it is named, and liked no less than plain text.</summary>
    /// <param name="accept">The header Accept.</param>
    public static ExpositionFormat Asked(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out IList<MediaTypeHeaderValue>? accepted))
            return Text;
        double Liking(Func<MediaTypeHeaderValue, bool> type) => accepted.Where(type).Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();
        double open = Liking(one => one.MediaType == "application/openmetrics-text"
            && one.Parameters.All(parameter => parameter.Name != "version" || HeaderUtilities.RemoveQuotes(parameter.Value) == "1.0.0"));
        return open > 0 && open >= Liking(one => one.MediaType == "text/plain") ? OpenMetrics : Text;
    }

    /// <summary>The name of a family: that of a counter is without its suffix in OpenMetrics.</summary>
    public string FamilyName(string metric, string type) =>
        IsOpenMetrics && type == "counter" && metric.EndsWith(Total, StringComparison.Ordinal) ? metric[..^Total.Length] : metric;

    /// <summary>The bound of a bucket: always with a point in OpenMetrics.</summary>
    public string Bound(double bound)
    {
        string text = bound.ToString(CultureInfo.InvariantCulture);
        return IsOpenMetrics && double.IsInteger(bound) ? text + ".0" : text;
    }

    /// <summary>Writes what ends the text.</summary>
    public void WriteEnd(StringBuilder text)
    {
        if (IsOpenMetrics) text.Append("# EOF\n");
    }
}
