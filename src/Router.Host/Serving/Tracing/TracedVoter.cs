using System.Diagnostics;
using Router.Smoothing;
using Route = Router.Estimator.Route;

namespace Router.Host.Serving.Tracing;

/// <summary>The same voter, whose draws are spans.</summary>
/// <param name="route">Who votes, and its id.</param>
/// <param name="draws">The spans.</param>
internal sealed class TracedVoter(Route route, DrawSpans draws) : IVoter
{
    public FunctionId FunctionId => route.Voter.FunctionId;

    public decimal Sigma => route.Voter.Sigma;

    public int OutcomeCount => route.Voter.OutcomeCount;

    public async Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        using Activity? span = draws.Start(route, request);
        try
        {
            Votes votes = await route.Voter.VoteAsync(request, cancellationToken);
            span?.SetTag("dualrs.undecided", votes.Undecided);
            return votes;
        }
        catch (Exception fault)
        {
            if (span is not null) Spans.Fail(span, fault);
            if (fault is VoterUnavailableException) draws.Gone();
            throw;
        }
    }
}
