using System.Collections.Concurrent;
using Router.Votes;

namespace Router.Host.Tests.Serving;

/// <summary>
/// A voter whose vote on a sample depends on its index alone: nine in ten are class 1. It can be held on the way.
/// </summary>
internal sealed class HalfwayVoter : IVoter
{
    private readonly ConcurrentQueue<SampleRange> _drawn = new();

    /// <summary>The ranges that were drawn to their end, in their order.</summary>
    public IReadOnlyCollection<SampleRange> Drawn => _drawn;

    /// <summary>How many samples they were.</summary>
    public long Samples => _drawn.Sum(range => range.Count);

    /// <summary>What every draw waits for before it votes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Whether it cannot answer.</summary>
    public bool IsGone { get; set; }

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", "halfway")]);

    public decimal Sigma => 0.5m;

    public int OutcomeCount => 2;

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        if (IsGone) throw new VoterUnavailableException(FunctionId, "it is gone");
        await Gate.WaitAsync(cancellationToken);
        long ones = 0;
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
            if (sample % 10 != 0) ones++;
        _drawn.Enqueue(request.Range);
        return new([request.Range.Count - ones, ones], 0, request.Range, FunctionId);
    }
}
