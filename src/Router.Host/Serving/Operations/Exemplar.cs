using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Router.Host.Serving.Operations;

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
        CultureInfo.InvariantCulture, $" # {{trace_id=\"{Trace.ToHexString()}\"}} {Value:R} {At.ToUnixTimeMilliseconds() / 1000.0:0.000}");
}
