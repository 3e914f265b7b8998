using System.Diagnostics.Metrics;
using Router.Cluster.Telemetry;

namespace Router.Cluster.Tests;

/// <summary>What the cluster's meter measures of one network, from now on.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(string Instrument, string? Label, double Value)> _heard = [];
    private readonly MeterListener _listener = new();

    public Measurements(string network)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == ClusterMeter.Meter) listener.EnableMeasurementEvents(instrument);
        };
        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? label = null, of = null;
            foreach ((string name, object? written) in tags)
                if (name == "network") of = (string?)written;
                else label = (string?)written;
            if (of != network) return;
            lock (_gate) _heard.Add((instrument.Name, label, value));
        }
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All that was measured, of one label or of any.</summary>
    public double Sum(string instrument, string? label = null)
    {
        lock (_gate)
            return _heard.Where(one => one.Instrument == instrument && (label is null || one.Label == label))
                .Sum(one => one.Value);
    }

    /// <summary>What is observed now.</summary>
    public double Now(string instrument, string? label = null)
    {
        lock (_gate) _heard.RemoveAll(one => one.Instrument == instrument);
        _listener.RecordObservableInstruments();
        return Sum(instrument, label);
    }

    public void Dispose() => _listener.Dispose();
}
