using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Router.Host.Serving.Operations;

/// <summary>What the process takes of its machine, under the names that Prometheus' own client libraries use.</summary>
internal sealed class ProcessMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DualRS.Process";

    /// <summary>A meter of this process.</summary>
    public ProcessMeter()
    {
        Meter.CreateObservableCounter(
            "process_cpu_seconds_total", CpuSeconds, description: "Processor time of the process, all cores together.");
        Meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet,
            description: "Memory that the process holds.");
        Meter.CreateObservableGauge(
            "process_start_time_seconds", StartTime, description: "When the process started, in seconds since 1970.");
        Meter.CreateObservableGauge("process_threads", Threads, description: "Threads of the process.");
        Meter.CreateObservableGauge("dotnet_gc_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false),
            description: "Managed memory in use; networks are not in it.");
        Meter.CreateObservableCounter(
            "dotnet_gc_collections_total", Collections,
            description: "Garbage collections, by generation; a collection of one is also one of those below.");
        Meter.CreateObservableGauge("dotnet_threadpool_queue_length", () => ThreadPool.PendingWorkItemCount,
            description: "Work that waits for a thread.");
    }

    /// <summary>Carries the instruments.</summary>
    public Meter Meter { get; } = new(Name);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private static double CpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double StartTime()
    {
        using Process process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
    }

    private static long Threads()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    private static IEnumerable<Measurement<long>> Collections() =>
        Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new Measurement<long>(
            GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation)));
}
