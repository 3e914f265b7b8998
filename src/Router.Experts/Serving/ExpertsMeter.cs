using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Router.Experts.Loading;

namespace Router.Experts.Serving;

/// <summary>
/// What forward passes do, for whoever listens; where nobody does they cost nothing. One meter for the process: counts
/// go on when a registry is loaded again. Labels are ids of the registry and names of devices.
/// </summary>
public static class ExpertsMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DualRS.Experts";

    /// <summary>Carries the instruments.</summary>
    public static Meter Meter { get; } = new(Name);

    private static readonly ConcurrentDictionary<LaneBatcher, byte> Lanes = [];

    private static readonly ConcurrentDictionary<(string Network, int Samples), PassCount> Sizes = [];

    private static readonly Counter<long> Passes = Meter.CreateCounter<long>(
        "dualrs_passes_total", description: "Forward passes, by network, device and outcome.");

    private static readonly Counter<long> Samples = Meter.CreateCounter<long>(
        "dualrs_pass_samples_total", description: "Noisy samples that voted in forward passes, by network and device.");

    private static readonly Counter<long> EmptyPlaces = Meter.CreateCounter<long>(
        "dualrs_pass_empty_places_total",
        description: "Places of forward passes that no sample filled, by network and device.");

    private static readonly Counter<long> Loads = Meter.CreateCounter<long>(
        "dualrs_network_loads_total", description: "Networks that were brought into memory while the registry was "
        + "served, by network, device and outcome.");

    private static readonly Counter<long> Unloads = Meter.CreateCounter<long>(
        "dualrs_network_unloads_total",
        description: "Networks that left memory while the registry was served, by network and device.");

    private static readonly Histogram<double> Fill = Histogram(
        "dualrs_batch_fill_ratio", "Samples of a forward pass over its places, by network and device.",
        [.1, .2, .3, .4, .5, .6, .7, .8, .9, .95, .99, 1]);

    private static readonly Histogram<double> Duration = Histogram(
        "dualrs_pass_duration_seconds", "A forward pass with its noise and votes, by network and device.",
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10]);

    static ExpertsMeter()
    {
        Meter.CreateObservableGauge(
            "dualrs_lane_waiting_samples", () => ByDevice(lanes => lanes.Sum(lane => lane.WaitingSamples)),
            description: "Noisy samples that wait for a forward pass, by device.");
        Meter.CreateObservableGauge(
            "dualrs_lane_waiting_draws", () => ByDevice(lanes => lanes.Sum(lane => lane.WaitingDraws)),
            description: "Ranges of samples that are waited for, by device.");
        Meter.CreateObservableGauge(
            "dualrs_device_memory_bytes", MemoryInUse,
            description: "Memory of the devices that networks are on: used on cpu by this process, on a GPU by all "
                + "processes; total is what may be used.");
    }

    /// <summary>A lane that takes samples from now on.</summary>
    internal static void Open(LaneBatcher lane) => Lanes.TryAdd(lane, 0);

    /// <summary>It takes no more.</summary>
    internal static void Close(LaneBatcher lane) => Lanes.TryRemove(lane, out _);

    /// <summary>A network was to come into memory.</summary>
    internal static void Came(string network, string device, bool loaded) =>
        Loads.Add(1, new("network", network), new("device", device), new("outcome", loaded ? "loaded" : "failed"));

    /// <summary>A network left memory.</summary>
    internal static void Left(string network, string device) =>
        Unloads.Add(1, new("network", network), new("device", device));

    /// <summary>A network's forward passes so far, by the samples in them, ascending.</summary>
    /// <param name="network">Its id.</param>
    public static ImmutableArray<PassCount> PassesOf(string network) =>
        [.. Sizes.Where(size => size.Key.Network == network).Select(size => size.Value).OrderBy(size => size.Samples)];

    /// <summary>A pass has ended.</summary>
    internal static void Ran(ForwardPass pass, bool voted, TimeSpan took, string device)
    {
        TagList tags = new() { { "network", pass.Network.Id }, { "device", device } };
        int places = pass.Network.Samples.BatchSize;
        Duration.Record(took.TotalSeconds, tags);
        Fill.Record((double)pass.Samples.Count / places, tags);
        if (voted)
        {
            Samples.Add(pass.Samples.Count, tags);
            Sizes.AddOrUpdate(
                (pass.Network.Id, pass.Samples.Count), size => new(size.Samples, 1, took),
                (_, sofar) => sofar with { Count = sofar.Count + 1, Duration = sofar.Duration + took });
        }
        EmptyPlaces.Add(places - pass.Samples.Count, tags);
        tags.Add("outcome", voted ? "voted" : "failed");
        Passes.Add(1, tags);
    }

    private static IEnumerable<Measurement<long>> ByDevice(Func<IEnumerable<LaneBatcher>, long> measure) =>
        Lanes.Keys.GroupBy(lane => lane.Lane.Device)
            .Select(lanes => new Measurement<long>(measure(lanes), Device(lanes.Key)));

    private static IEnumerable<Measurement<long>> MemoryInUse()
    {
        foreach (DeviceMemory memory in DeviceMemory.Of(Lanes.Keys.Select(lane => lane.Lane.Device).Distinct()))
        {
            yield return new(memory.UsedBytes, Device(memory.Device), new("kind", "used"));
            yield return new(memory.TotalBytes, Device(memory.Device), new("kind", "total"));
        }
    }

    private static KeyValuePair<string, object?> Device(string name) => new("device", name);

    private static Histogram<double> Histogram(string name, string description, double[] bounds) =>
        Meter.CreateHistogram(name, unit: null, description, tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}

/// <summary>Forward passes with as many samples in them that voted.</summary>
/// <param name="Samples">Noisy samples in each, ≥ 1.</param>
/// <param name="Count">How many passes.</param>
/// <param name="Duration">What they took together, with noise and votes.</param>
public readonly record struct PassCount(int Samples, long Count, TimeSpan Duration);
