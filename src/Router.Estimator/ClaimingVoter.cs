using Router.Smoothing;

namespace Router.Estimator;

/// <summary>The same voter, asked with a claim: another place in its queue, the same votes.</summary>
/// <param name="voter">Who votes.</param>
/// <param name="claim">What its requests claim.</param>
internal sealed class ClaimingVoter(IVoter voter, Claim claim) : IVoter
{
    public FunctionId FunctionId => voter.FunctionId;

    public decimal Sigma => voter.Sigma;

    public int OutcomeCount => voter.OutcomeCount;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken) => voter.VoteAsync(request with { Claim = claim }, cancellationToken);
}
