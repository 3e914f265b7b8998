using Router.Smoothing;

namespace Router.Estimator.Tests.Failover;

/// <summary>A voter that cannot answer when its adversary says so; the adversary sees every vote it is shown.</summary>
internal sealed class FailingVoter(IVoter voter, Func<VoteRequest, bool> fails, Action<Votes>? seen = null) : IVoter
{
    public FunctionId FunctionId => voter.FunctionId;

    public decimal Sigma => voter.Sigma;

    public int OutcomeCount => voter.OutcomeCount;

    public List<VoteRequest> Asked { get; } = [];

    public async Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        Asked.Add(request);
        if (fails(request))
            throw new VoterUnavailableException(FunctionId, "the device is gone");
        Votes votes = await voter.VoteAsync(request, cancellationToken);
        seen?.Invoke(votes);
        return votes;
    }
}
