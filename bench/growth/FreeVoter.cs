using Router.Votes;

namespace Growth.Bench;

/// <summary>Votes that cost nothing: a share for the first outcome, the rest for the second.</summary>
/// <param name="share">Of the first outcome.</param>
/// <param name="sigma">σ.</param>
/// <param name="outcomes">How many there are, from 2.</param>
internal sealed class FreeVoter(double share, decimal sigma, int outcomes) : IVoter
{
    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public FunctionId FunctionId { get; } = FunctionId.Of([new("free", $"{sigma} {outcomes}")]);

    public decimal Sigma => sigma;

    public int OutcomeCount => outcomes;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        Asked++;
        // Rounded at both ends, so that ranges add up to what one long range has.
        long first = (long)(share * request.Range.To) - (long)(share * request.Range.From);
        long[] counts = new long[outcomes];
        (counts[0], counts[1]) = (first, request.Range.Count - first);
        return Task.FromResult(new VoteCounts([.. counts], 0, request.Range, FunctionId));
    }
}
