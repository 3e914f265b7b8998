using System.Diagnostics;
using Router.Smoothing;
using Route = Router.Estimator.Route;

namespace Router.Host.Serving.Tracing;

/// <summary>The draws of one image's answer as spans.</summary>
/// <param name="image">The span they are below.</param>
/// <param name="router">The router's id; null where there is none.</param>
/// <param name="isCascade">Whether experts are asked in turn: all of them are stages then, none is a peer.</param>
internal sealed class DrawSpans(ActivityContext image, string? router, bool isCascade)
{
    private string? _routed;

    /// <summary>Starts the span of a draw; null where the image's trace is not kept.</summary>
    public Activity? Start(Route asked, VoteRequest request)
    {
        string stage = StageOf(asked.Id);
        if (Spans.Source.StartActivity($"draw {asked.Id}", ActivityKind.Internal, image) is not { } span)
            return null;
        span.SetTag("dualrs.stage", stage);
        span.SetTag("dualrs.expert", asked.Id);
        span.SetTag("dualrs.sigma", (double)asked.Voter.Sigma);
        span.SetTag("dualrs.function", asked.Voter.FunctionId.Value);
        span.SetTag("dualrs.from", request.Range.From);
        span.SetTag("dualrs.samples", request.Range.Count);
        return span;
    }

    /// <summary>Who was asked cannot answer: another may be routed to.</summary>
    public void Gone() => _routed = null;

    // Before any peer the expert is asked that the router chose (docs/architecture.md, "How a request travels").
    private string StageOf(string id) =>
        id == router ? "router"
        : isCascade || (_routed ??= id) == id ? "expert"
        : "peer";
}
