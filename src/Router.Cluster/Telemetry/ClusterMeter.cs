using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Router.Cluster.Dispatch;

namespace Router.Cluster.Telemetry;

/// <summary>
/// What workers and gateways of a cluster count and measure. One meter for the process; where nobody listens it costs
/// nothing. Labels are ids of the registry and words of the program.
/// </summary>
public static class ClusterMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DualRS.Cluster";

    /// <summary>Carries the instruments.</summary>
    public static Meter Meter { get; } = new(Name);

    private static readonly double[] Seconds = [
        .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60];

    private static readonly ConcurrentDictionary<RangeWorker, byte> Workers = [];
    private static readonly ConcurrentDictionary<RangeDispatcher, byte> Pools = [];

    // By whoever looks; a type of its own would bring the whole cluster in with it.
    private static readonly ConcurrentDictionary<object, Func<(int Members, int State, int Differing)>> Views = [];

    private static readonly Counter<long> Ranges = Meter.CreateCounter<long>(
        "dualrs_worker_ranges_total", description: "Ranges that this worker was asked for, by network and outcome.");

    private static readonly Counter<long> Samples = Meter.CreateCounter<long>(
        "dualrs_worker_samples_total", description: "Noisy samples that this worker voted on, by network.");

    private static readonly Histogram<double> RangeDuration = Histogram(
        "dualrs_worker_range_duration_seconds",
        "A range that this worker voted on, from its arrival to its votes, by network.");

    private static readonly Histogram<double> AskDuration = Histogram(
        "dualrs_cluster_ask_duration_seconds", "From this gateway's ask to a worker's votes, by network.");

    static ClusterMeter()
    {
        Meter.CreateObservableGauge(
            "dualrs_worker_ranges_inside", () => OfWorkers((worker, function) => worker.InsideOf(function)),
            description: "Ranges that are with this worker now, by network.");
        Meter.CreateObservableGauge(
            "dualrs_worker_ranges_room", () => OfWorkers((_, function) => RangeWorker.RoomOf(function)),
            description: "Ranges that this worker takes at once, by network.");
        Count("dualrs_cluster_asks_total", "Ranges that this gateway asked workers for, by network.", one => one.Asks);
        Count(
            "dualrs_cluster_hedges_total", "Of those, asked because they were late elsewhere, by network.",
            one => one.Hedges);
        Count(
            "dualrs_cluster_busy_total", "Asks that a worker had no room for, by network.", one => one.Busy);
        Count(
            "dualrs_cluster_failures_total", "Asks that a worker failed on, or was lost with, by network.",
            one => one.Failures);
        Count(
            "dualrs_cluster_audits_total", "Ranges that were drawn twice and compared, by network.", one => one.Audits);
        Count(
            "dualrs_cluster_audits_given_up_total",
            "Ranges that were to be compared and that nobody drew a second time, by network.",
            one => one.AuditsGivenUp);
        Count(
            "dualrs_cluster_quarantined_total", "Workers that are asked no more, by network.",
            one => one.Quarantined);
        Count(
            "dualrs_cluster_disputed_late_total",
            "Ranges whose votes turned out disputed after they had been given, by network.", one => one.FoundLate);
        Meter.CreateObservableGauge(
            "dualrs_cluster_workers", WorkersByState, description: "Workers of this gateway, by network and state.");
        Meter.CreateObservableGauge(
            "dualrs_cluster_ranges_waiting", () => OfPools(pool => pool.Status.WaitingRanges),
            description: "Ranges that this gateway has asked nobody for yet, by network.");
        Meter.CreateObservableGauge(
            "dualrs_cluster_requests", () => OfPools(pool => pool.Status.Requests),
            description: "Draws that this gateway waits for, by network.");
        Meter.CreateObservableGauge(
            "dualrs_cluster_members", () => OfViews(view => view.Members),
            description: "Members of the cluster that this one sees, itself included.");
        Meter.CreateObservableGauge(
            "dualrs_cluster_members_differing", () => OfViews(view => view.Differing),
            description: "Members that see others than this one does, for longer than a moment.");
        Meter.CreateObservableGauge(
            "dualrs_cluster_membership_state", () => OfViews(view => view.State),
            description: "0: membership has this member; 1: nobody can read it; 2: it lost this member.");
    }

    /// <summary>A worker that is asked from now on.</summary>
    internal static void Open(RangeWorker worker) => Workers.TryAdd(worker, 0);

    /// <summary>It is asked no more.</summary>
    internal static void Close(RangeWorker worker) => Workers.TryRemove(worker, out _);

    /// <summary>A pool that asks from now on.</summary>
    internal static void Open(RangeDispatcher pool) => Pools.TryAdd(pool, 0);

    /// <summary>It asks no more.</summary>
    internal static void Close(RangeDispatcher pool) => Pools.TryRemove(pool, out _);

    /// <summary>A member that looks at the others from now on.</summary>
    internal static void Open(object looks, Func<(int Members, int State, int Differing)> view) =>
        Views.TryAdd(looks, view);

    /// <summary>It looks no more.</summary>
    internal static void Close(object looks) => Views.TryRemove(looks, out _);

    /// <summary>A worker was asked for a range.</summary>
    /// <param name="network">Of which network; none where it has no such function.</param>
    /// <param name="outcome">What became of it.</param>
    internal static void Asked(string network, string outcome) => Ranges.Add(1, Of(network), new("outcome", outcome));

    /// <summary>A worker voted.</summary>
    internal static void Voted(string network, long samples, TimeSpan took)
    {
        Samples.Add(samples, Of(network));
        RangeDuration.Record(took.TotalSeconds, Of(network));
    }

    /// <summary>A gateway got votes.</summary>
    internal static void Got(string network, TimeSpan took) => AskDuration.Record(took.TotalSeconds, Of(network));

    private static void Count(string name, string description, Func<PoolCounters, long> count) =>
        Meter.CreateObservableCounter(name, () => OfPools(pool => count(pool.Counters)), description: description);

    private static IEnumerable<Measurement<long>> OfWorkers(Func<RangeWorker, HostedFunction, int> measure) =>
        from worker in Workers.Keys
        from function in worker.Functions
        group measure(worker, function) by function.Network into same
        select new Measurement<long>(same.Sum(), Of(same.Key));

    private static IEnumerable<Measurement<long>> OfPools(Func<RangeDispatcher, long> measure) =>
        from pool in Pools.Keys
        group measure(pool) by pool.Function.Network into same
        select new Measurement<long>(same.Sum(), Of(same.Key));

    private static IEnumerable<Measurement<long>> WorkersByState() =>
        from pool in Pools.Keys
        from worker in pool.Status.Workers
        group worker by (pool.Function.Network, worker.State) into same
        select new Measurement<long>(
            same.Count(), Of(same.Key.Network), new("state", same.Key.State.ToString().ToLowerInvariant()));

    // A process is one member; a test may be several, of whom the worst is told.
    private static IEnumerable<Measurement<long>> OfViews(Func<(int Members, int State, int Differing), int> measure) =>
        Views.IsEmpty ? [] : [new(Views.Values.Max(view => measure(view())))];

    private static KeyValuePair<string, object?> Of(string network) => new("network", network);

    private static Histogram<double> Histogram(string name, string description) => Meter.CreateHistogram(
        name, unit: null, description, tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
}
