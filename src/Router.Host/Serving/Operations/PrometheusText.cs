using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Router.Host.Serving.Operations;

/// <summary>Listens to meters and writes what it heard for Prometheus.</summary>
internal sealed class PrometheusText : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Starts to listen.</summary>
    /// <param name="clock">Tells when an exemplar was measured.</param>
    /// <param name="meters">Whose instruments; their names are the metrics', no two alike.</param>
    public PrometheusText(TimeProvider clock, params Meter[] meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!meters.Contains(instrument.Meter)) return;
            MetricFamily family = new(instrument, clock);
            lock (_gate) _families[instrument.Name] = family;
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>(
            (_, value, tags, family) => Record((MetricFamily)family!, value, tags));
        _listener.SetMeasurementEventCallback<double>(
            (_, value, tags, family) => Record((MetricFamily)family!, value, tags));
        _listener.Start();
    }

    /// <summary>Everything heard so far, in the format that is asked for.</summary>
    public IResult Answer(HttpContext context)
    {
        ExpositionFormat format = ExpositionFormat.Asked(context.Request.Headers.Accept);
        context.Response.Headers.Vary = "Accept";
        return TypedResults.Text(Write(format), format.MediaType);
    }

    /// <summary>Everything heard so far.</summary>
    public string Write(ExpositionFormat format)
    {
        StringBuilder text = new();
        // One at a time: what is observed is forgotten first. Observing comes back here on this thread.
        lock (_gate)
        {
            foreach (MetricFamily family in _families.Values) family.Forget();
            _listener.RecordObservableInstruments();
            foreach (MetricFamily family in _families.Values) family.Write(text, format);
        }
        format.WriteEnd(text);
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Record(MetricFamily family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = Labels(tags);
        lock (_gate) family.Record(labels, value);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach ((string name, object? value) in tags)
        {
            if (labels.Length > 0) labels.Append(',');
            labels.Append(name).Append("=\"").Append(Convert.ToString(value, CultureInfo.InvariantCulture)!
                .Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", @"\n", StringComparison.Ordinal)).Append('"');
        }
        return labels.ToString();
    }
}

/// <summary>The two texts that Prometheus reads, where they differ.</summary>
internal sealed class ExpositionFormat
{
    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    public static readonly ExpositionFormat Text = new() { MediaType = "text/plain; version=0.0.4; charset=utf-8" };

    /// <summary>OpenMetrics 1.0, which has room for the trace behind a number.</summary>
    public static readonly ExpositionFormat OpenMetrics =
        new() { MediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8", IsOpenMetrics = true };

    private const string Total = "_total";

    /// <summary>Its media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>Whether it is OpenMetrics.</summary>
    public bool IsOpenMetrics { get; private init; }

    /// <summary>
    /// The one a caller would rather have: OpenMetrics only where it is named, and liked no less than plain text.
    /// </summary>
    /// <param name="accept">The header Accept.</param>
    public static ExpositionFormat Asked(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out IList<MediaTypeHeaderValue>? accepted))
            return Text;
        double Liking(Func<MediaTypeHeaderValue, bool> type) =>
            accepted.Where(type).Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max();
        double open = Liking(one => one.MediaType == "application/openmetrics-text"
            && one.Parameters.All(parameter => parameter.Name != "version"
                || HeaderUtilities.RemoveQuotes(parameter.Value) == "1.0.0"));
        return open > 0 && open >= Liking(one => one.MediaType == "text/plain") ? OpenMetrics : Text;
    }

    /// <summary>The name of a family: that of a counter is without its suffix in OpenMetrics.</summary>
    public string FamilyName(string metric, string type) =>
        IsOpenMetrics && type == "counter"
            && metric.EndsWith(Total, StringComparison.Ordinal) ? metric[..^Total.Length] : metric;

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
