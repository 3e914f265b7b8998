using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Router.Host.Serving.Metrics;

/// <summary>Listens to a meter and writes what it heard in Prometheus' text format, version 0.0.4.</summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>The format's media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Starts to listen.</summary>
    /// <param name="meter">Whose instruments; their names are the metrics'.</param>
    public PrometheusText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter)) return;
            Family family = new(instrument);
            lock (_gate) _families[instrument.Name] = family;
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record((Family)family!, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record((Family)family!, value, tags));
        _listener.Start();
    }

    /// <summary>Everything heard so far.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        StringBuilder text = new();
        lock (_gate)
            foreach ((string name, Family family) in _families)
                family.Write(text, name);
        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Record(Family family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
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

    private sealed class Family(Instrument instrument)
    {
        private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly IReadOnlyList<double>? _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries;

        public void Record(string labels, double value)
        {
            if (!_series.TryGetValue(labels, out Series? series))
                _series[labels] = series = new(new long[_bounds?.Count ?? 0]);
            if (instrument.IsObservable)
            {
                series.Sum = value;
                return;
            }
            series.Sum += value;
            series.Count++;
            for (int i = 0; i < series.Below.Length; i++)
                if (value <= _bounds![i]) series.Below[i]++;
        }

        public void Write(StringBuilder text, string name)
        {
            string type = _bounds is not null ? "histogram" : instrument.IsObservable ? "gauge" : "counter";
            text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach ((string labels, Series series) in _series)
            {
                if (_bounds is null)
                {
                    Line(text, name, labels, series.Sum);
                    continue;
                }
                string before = labels.Length > 0 ? labels + "," : "";
                for (int i = 0; i < _bounds.Count; i++)
                    Line(text, name + "_bucket", $"{before}le=\"{_bounds[i].ToString(CultureInfo.InvariantCulture)}\"", series.Below[i]);
                Line(text, name + "_bucket", before + "le=\"+Inf\"", series.Count);
                Line(text, name + "_sum", labels, series.Sum);
                Line(text, name + "_count", labels, series.Count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    private sealed class Series(long[] below)
    {
        public long[] Below { get; } = below;

        public double Sum { get; set; }

        public long Count { get; set; }
    }
}
