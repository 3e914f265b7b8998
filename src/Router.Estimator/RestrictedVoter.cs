using Router.Smoothing;
using Router.Votes;

namespace Router.Estimator;

/// <summary>
/// A router of which every single vote for an expert outside the mix is a vote for the member that stands in for it.
/// That is a base classifier too, π∘h with π a fixed map of outcomes, so every theorem about smoothed classifiers holds
/// for it as it stands; its counts are sums of the router's.
/// </summary>
/// <param name="router">Votes over all experts.</param>
/// <param name="restriction">Who stays, and who stands in for whom.</param>
public sealed class RestrictedVoter(IVoter router, Restriction restriction) : IVoter
{
    /// <summary>
    /// Another function than the router: derived from its id and from which of its outputs stands in for which.
    /// </summary>
    public FunctionId FunctionId { get; } = FunctionId.Of(
        [
            new("router", router.FunctionId.Value),
            new("restriction", string.Join(',', restriction.Stands.Select(stand => restriction.Members[stand]))),
        ]);

    /// <summary>Who stays, and who stands in for whom.</summary>
    public Restriction Restriction => restriction;

    /// <inheritdoc/>
    public decimal Sigma => router.Sigma;

    /// <inheritdoc/>
    public int OutcomeCount => restriction.Members.Length;

    /// <inheritdoc/>
    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        // The router answers as itself: counts that another function gave must not come out with this one's name.
        VoteCounts votes = await Certifier.AskAsync(router, request, cancellationToken);
        return new(restriction.Recount(votes.Counts), votes.Undecided, votes.Range, FunctionId);
    }
}
