using System.Diagnostics;

namespace Router.Host.Serving.Operations;

/// <summary>Where the gateway's spans come from, below the one that the web server starts for each request. Where nobody listens there are none.</summary>
internal static class Spans
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "DualRS.Gateway";

    /// <summary>The source.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Marks a span as failed.</summary>
    public static void Fail(Activity span, Exception fault)
    {
        span.SetStatus(ActivityStatusCode.Error, fault.Message);
        span.SetTag("error.type", fault.GetType().FullName);
    }
}
