using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

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
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record((MetricFamily)family!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record((MetricFamily)family!, value, tags));
        _listener.Start();
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
                .Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)).Append('"');
        }
        return labels.ToString();
    }
}
