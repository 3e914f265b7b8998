using System.Diagnostics;

namespace Router.Cluster.Silos;

/// <summary>A trace on its way between members, by W3C Trace Context: what is no trace is none.</summary>
internal static class WireTrace
{
    /// <summary>The header <c>traceparent</c>; null where there is no trace.</summary>
    public static string? Parent(ActivityContext trace) => trace == default
        ? null : $"00-{trace.TraceId}-{trace.SpanId}-{(int)trace.TraceFlags:x2}";

    /// <summary>The trace of two headers.</summary>
    public static ActivityContext Read(string? parent, string? state) =>
        ActivityContext.TryParse(parent, state, isRemote: true, out ActivityContext trace) ? trace : default;
}
