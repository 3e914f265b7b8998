using System.Diagnostics;
using Router.Estimator;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;

namespace Router.Host.Serving.Model;

internal sealed partial class ServedModel
{
    private async Task<(bool InTime, IDisposable? Turn)> TakeTurnAsync(
        string party, Claim claim, RequestDeadline deadline, CancellationToken cancellationToken)
    {
        using Activity? span = Spans.Source.StartActivity("queue");
        try
        {
            (bool inTime, IDisposable? turn) = await deadline.TryAsync(
                late => _turns.TryTakeAsync(party, claim, late), cancellationToken);
            span?.SetTag("dualrs.outcome", turn is not null ? "turn" : inTime ? "full" : "late");
            return (inTime, turn);
        }
        catch (Exception fault)
        {
            if (span is not null) Spans.Fail(span, fault);
            throw;
        }
    }

    private static async Task<ImageAnswer> TracedAsync(
        FailoverClassifier asked, InferRequest request, int image, Func<FailoverClassifier,
        Task<ImageAnswer>> answerAsync)
    {
        using ImageSpan? span = ImageSpan.Start(request, image, asked);
        if (span is null)
            return await answerAsync(asked);
        try
        {
            ImageAnswer answer = await answerAsync(span.Through(asked));
            span.Tell(answer);
            return answer;
        }
        catch (Exception fault)
        {
            span.Fail(fault);
            throw;
        }
    }
}
