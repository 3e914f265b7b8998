using System.Diagnostics;
using Router.Cluster.Dispatch;

namespace Router.Cluster.Telemetry;

/// <summary>
/// A range on its way, in the trace of the request that it is for: <c>ask</c> is the gateway's side of it, <c>vote</c>
/// below it the worker's. Where a request has no trace, or nobody listens, there are none.
/// </summary>
public static class ClusterSpans
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "DualRS.Cluster";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The gateway asks a worker.</summary>
    internal static Activity? Ask(RangeAsk ask, string worker, ActivityContext request)
    {
        Activity? span = Start("ask", ActivityKind.Client, ask, request);
        span?.SetTag("dualrs.worker", worker);
        return span;
    }

    /// <summary>The worker votes.</summary>
    internal static Activity? Vote(RangeAsk ask, HostedFunction hosted)
    {
        Activity? span = Start("vote", ActivityKind.Server, ask, ask.Trace);
        span?.SetTag("dualrs.network", hosted.Network);
        span?.SetTag("dualrs.device", hosted.Device);
        return span;
    }

    /// <summary>How it ended; a fault marks it as failed.</summary>
    internal static void End(Activity? span, string outcome, Exception? fault = null)
    {
        span?.SetTag("dualrs.outcome", outcome);
        if (fault is null) return;
        span?.SetStatus(ActivityStatusCode.Error, fault.Message);
        span?.SetTag("error.type", fault.GetType().FullName);
    }

    // Without the check it would become part of whatever this thread does otherwise.
    private static Activity? Start(string name, ActivityKind kind, RangeAsk ask, ActivityContext parent)
    {
        if (parent == default) return null;
        Activity? span = Source.StartActivity(name, kind, parent);
        span?.SetTag("dualrs.function", ask.Function.Value);
        span?.SetTag("dualrs.from", ask.Range.From);
        span?.SetTag("dualrs.samples", ask.Range.Count);
        return span;
    }
}
