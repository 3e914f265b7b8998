using Router.Votes;

namespace Serving.Bench;

/// <summary>Every sample votes for one outcome, at once.</summary>
internal sealed class StubVoter(string name, int outcomes, decimal sigma) : IVoter
{
    public FunctionId FunctionId { get; } = FunctionId.Of([new("stub", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => outcomes;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        long[] counts = new long[outcomes];
        counts[0] = request.Range.Count;
        return Task.FromResult(new VoteCounts([.. counts], 0, request.Range, FunctionId));
    }
}
