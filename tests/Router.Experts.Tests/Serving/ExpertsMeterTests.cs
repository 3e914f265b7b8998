using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Router.Engine.LibTorch;
using Router.Experts.Serving;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Serving;

public sealed class ExpertsMeterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ManualClock _clock = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _heard = new();

    public ExpertsMeterTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, ExpertsMeter.Meter)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Passes_their_samples_and_what_waits_are_told_by_network_and_device()
    {
        using ManualResetEventSlim gate = new();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int passes = 0;
        using StubLane lane = new("metered", _clock);
        ExpertVoter voter = lane.Voter(lane.Network(() =>
        {
            started.TrySetResult();
            gate.Wait(Patience);
            _clock.Advance(TimeSpan.FromSeconds(2));
            if (++passes == 3) throw new InvalidOperationException("this pass fails");
        }, id: "one"));
        Task<VoteCounts> busy = voter.VoteAsync(StubLane.Request(0, 1), default);
        await started.Task.WaitAsync(Patience);
        Task<VoteCounts>[] waiting = [
            .. Enumerable.Range(1, 2).Select(i => voter.VoteAsync(StubLane.Request((uint)i, 5), default))];
        _listener.RecordObservableInstruments();
        Assert.Equal(["dualrs_lane_waiting_draws{device=metered} 2", "dualrs_lane_waiting_samples{device=metered} 10"],
            Told("metered"));
        gate.Set();
        await Task.WhenAll([busy, .. waiting]).WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
        // Closed, so that the last pass has been told of.
        lane.Batcher.Dispose();
        Assert.Equal(
            [
                "dualrs_batch_fill_ratio{network=one,device=metered} 0.125",
                "dualrs_batch_fill_ratio{network=one,device=metered} 0.25",
                "dualrs_batch_fill_ratio{network=one,device=metered} 1",
                "dualrs_pass_duration_seconds{network=one,device=metered} 2",
                "dualrs_pass_duration_seconds{network=one,device=metered} 2",
                "dualrs_pass_duration_seconds{network=one,device=metered} 2",
                "dualrs_pass_empty_places_total{network=one,device=metered} 0",
                "dualrs_pass_empty_places_total{network=one,device=metered} 6",
                "dualrs_pass_empty_places_total{network=one,device=metered} 7",
                "dualrs_pass_samples_total{network=one,device=metered} 1",
                "dualrs_pass_samples_total{network=one,device=metered} 8",
                "dualrs_passes_total{network=one,device=metered,outcome=failed} 1",
                "dualrs_passes_total{network=one,device=metered,outcome=voted} 1",
                "dualrs_passes_total{network=one,device=metered,outcome=voted} 1",
            ],
            Told("metered"));
        _listener.RecordObservableInstruments();
        Assert.Empty(Told("metered"));
    }

    [Fact]
    public void Memory_is_told_of_the_devices_that_lanes_are_open_on()
    {
        using StubLane lane = new();
        _listener.RecordObservableInstruments();
        string[] told = [.. Told("cpu")
            .Where(line => line.StartsWith("dualrs_device_memory_bytes", StringComparison.Ordinal))];
        long Of(string kind) => long.Parse(
            Assert.Single(told, line => line.StartsWith($"dualrs_device_memory_bytes{{device=cpu,kind={kind}}} ",
                StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
        Assert.Equal(2, told.Length);
        Assert.InRange(Of("used"), 1 << 20, Of("total"));
    }

    private void Hear<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : IFormattable =>
        _heard.Enqueue(
            $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}} "
            + $"{value.ToString(null, CultureInfo.InvariantCulture)}");

    // Other tests' lanes are heard as well.
    private string[] Told(string device)
    {
        string[] told = [.. _heard.Where(line => line.Contains($"device={device}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
        _heard.Clear();
        return told;
    }
}
