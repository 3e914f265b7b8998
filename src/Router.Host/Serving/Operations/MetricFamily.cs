using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Everything that was heard of one instrument: a series for each set of labels. Not for use by several threads at
/// once.
/// </summary>
/// <param name="instrument">The instrument; its name is the metric's, that of a counter ends in _total.</param>
/// <param name="clock">Tells when an exemplar was measured.</param>
internal sealed class MetricFamily(Instrument instrument, TimeProvider clock)
{
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<double>? _bounds = (
        instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries;

    /// <summary>What the formats call it.</summary>
    public string Type { get; } = instrument switch
    {
        Histogram<double> => "histogram",
        ObservableGauge<long> or ObservableGauge<double> => "gauge",
        _ => "counter",
    };

    /// <summary>Adds a measurement, or takes over an observed value.</summary>
    /// <param name="labels">As they are written.</param>
    /// <param name="value">The value.</param>
    public void Record(string labels, double value)
    {
        if (!_series.TryGetValue(labels, out Series? series))
            _series[labels] = series = new(_bounds?.Count ?? 0);
        if (instrument.IsObservable)
        {
            series.Sum = value;
            return;
        }
        series.Sum += value;
        series.Count++;
        if (_bounds is null) return;
        int first = 0;
        while (first < _bounds.Count && value > _bounds[first]) first++;
        for (int i = first; i < _bounds.Count; i++) series.Below[i]++;
        if (Exemplar.Now(value, clock) is { } exemplar) series.Exemplars[first] = exemplar;
    }

    /// <summary>Before an observation: a series that is not observed any more is gone.</summary>
    public void Forget()
    {
        if (instrument.IsObservable) _series.Clear();
    }

    /// <summary>Writes the family.</summary>
    public void Write(StringBuilder text, ExpositionFormat format)
    {
        string family = format.FamilyName(instrument.Name, Type);
        text.Append("# HELP ").Append(family).Append(' ').Append(instrument.Description).Append('\n');
        text.Append("# TYPE ").Append(family).Append(' ').Append(Type).Append('\n');
        foreach ((string labels, Series series) in _series)
            if (_bounds is null) Line(text, instrument.Name, labels, series.Sum);
            else WriteHistogram(text, format, labels, series);
    }

    private void WriteHistogram(StringBuilder text, ExpositionFormat format, string labels, Series series)
    {
        string before = labels.Length > 0 ? labels + "," : "";
        for (int i = 0; i <= _bounds!.Count; i++)
        {
            (string bound, long below) = i < _bounds.Count ? (format.Bound(_bounds[i]), series.Below[i]) : (
                "+Inf", series.Count);
            Line(text, instrument.Name + "_bucket", $"{before}le=\"{bound}\"", below,
                format.IsOpenMetrics ? series.Exemplars[i] : null);
        }
        Line(text, instrument.Name + "_sum", labels, series.Sum);
        Line(text, instrument.Name + "_count", labels, series.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value, Exemplar? exemplar = null)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture));
        exemplar?.Write(text);
        text.Append('\n');
    }

    private sealed class Series(int bounds)
    {
        public long[] Below { get; } = new long[bounds];

        /// <summary>The last one of each bucket, that without a bound included.</summary>
        public Exemplar?[] Exemplars { get; } = new Exemplar?[bounds + 1];

        public double Sum { get; set; }

        public long Count { get; set; }
    }
}

/// <summary>One measured value of a bucket, with the trace of the request that it is of.</summary>
/// <param name="Trace">The trace.</param>
/// <param name="Value">What was measured.</param>
/// <param name="At">When.</param>
internal sealed record Exemplar(ActivityTraceId Trace, double Value, DateTimeOffset At)
{
    /// <summary>Of what is measured now; null where no trace of it is kept.</summary>
    public static Exemplar? Now(double value, TimeProvider clock) =>
        Activity.Current is { Recorded: true } request ? new(request.TraceId, value, clock.GetUtcNow()) : null;

    /// <summary>Writes it behind its bucket's count.</summary>
    public void Write(StringBuilder text) => text.Append(
        CultureInfo.InvariantCulture,
        $" # {{trace_id=\"{Trace.ToHexString()}\"}} {Value:R} {At.ToUnixTimeMilliseconds() / 1000.0:0.000}");
}
