using System.Diagnostics;
using Router.Estimator;
using Router.Host.Serving.Wire;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;
using Route = Router.Estimator.Route;

namespace Router.Host.Serving.Operations;

/// <summary>
/// The span of one image's answer: what was asked, what came of it, and below it a span for every draw.
/// </summary>
internal sealed class ImageSpan : IDisposable
{
    private readonly Activity _span;

    private ImageSpan(Activity span) => _span = span;

    /// <summary>Starts one; null where nobody listens, or this request is not traced.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="image">Of which of its images.</param>
    /// <param name="asked">Who is asked.</param>
    public static ImageSpan? Start(InferRequest request, int image, FailoverClassifier asked)
    {
        string mode = InferAnswers.NameOf(request.Mode);
        if (Spans.Source.StartActivity(mode) is not { } span)
            return null;
        span.SetTag("dualrs.model", request.Model.Name);
        span.SetTag("dualrs.mode", mode);
        span.SetTag("dualrs.mix", string.Join(',', asked.Classifier.Routes.Select(route => route.Id)));
        span.SetTag("dualrs.image", image);
        span.SetTag("dualrs.n0", request.Counts.Selection);
        span.SetTag("dualrs.n", request.Counts.Estimation);
        span.SetTag("dualrs.alpha", request.FailureProbability);
        return new(span);
    }

    /// <summary>The same classifier, whose draws are spans below this one.</summary>
    public FailoverClassifier Through(FailoverClassifier asked) =>
        asked.For(asked.Classifier.Context with { Observer = DrawAsync });

    /// <summary>What is answered; of several answers the last one stays.</summary>
    public void Tell(ImageAnswer answer)
    {
        if (answer.Refusal is { } reason)
            _span.SetStatus(ActivityStatusCode.Error, reason);
        _span.SetTag("dualrs.route", answer.Route?.Id);
        _span.SetTag("dualrs.class", answer.Class);
        if (answer.Stopped is { } stopped) _span.SetTag("dualrs.stopped", CertificateAnswer.NameOf(stopped));
        if (answer.Certificate is not { } certificate) return;
        _span.SetTag("dualrs.radius", certificate.Radius);
        _span.SetTag("dualrs.samples", certificate.SamplesDrawn);
        _span.SetTag("dualrs.limiting_stage", RecordStages.NameOf(certificate.LimitingStage));
    }

    /// <summary>There is no answer.</summary>
    public void Fail(Exception fault) => Spans.Fail(_span, fault);

    /// <inheritdoc/>
    public void Dispose() => _span.Dispose();

    private async Task<VoteCounts> DrawAsync(Stage stage, Route asked, VoteRequest request, Func<Task<VoteCounts>> draw)
    {
        // None where the image's trace is not kept.
        using Activity? span =
            Spans.Source.StartActivity($"draw {asked.Id}", ActivityKind.Internal, _span.Context);
        span?.SetTag("dualrs.stage", RecordStages.NameOf(stage));
        span?.SetTag("dualrs.expert", asked.Id);
        span?.SetTag("dualrs.sigma", (double)asked.Voter.Sigma);
        span?.SetTag("dualrs.function", asked.Voter.FunctionId.Value);
        span?.SetTag("dualrs.from", request.Range.From);
        span?.SetTag("dualrs.samples", request.Range.Count);
        try
        {
            VoteCounts votes = await draw();
            span?.SetTag("dualrs.undecided", votes.Undecided);
            if (asked.Pass.Step > 0) span?.SetTag("dualrs.passed", votes.Passed);
            return votes;
        }
        catch (Exception fault)
        {
            if (span is not null) Spans.Fail(span, fault);
            throw;
        }
    }
}

/// <summary>
/// Where the gateway's spans come from, below the one that the web server starts for each request. Where nobody listens
/// there are none.
/// </summary>
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
