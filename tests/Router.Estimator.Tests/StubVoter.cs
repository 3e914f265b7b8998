using System.Collections.Immutable;
using Router.Smoothing;

namespace Router.Estimator.Tests;

/// <summary>A voter whose votes are written down: the share of each outcome of every hundred samples. It records what it was asked.</summary>
internal sealed class StubVoter : IVoter
{
    private readonly int[] _perHundred;

    public StubVoter(string name, decimal sigma, params int[] perHundred)
    {
        Assert.Equal(100, perHundred.Sum());
        (_perHundred, Sigma, FunctionId) = (perHundred, sigma, FunctionId.Of([new("name", name)]));
    }

    public FunctionId FunctionId { get; }

    public decimal Sigma { get; }

    public int OutcomeCount => _perHundred.Length;

    /// <summary>Every request, in order.</summary>
    public List<VoteRequest> Asked { get; } = [];

    /// <summary>Changes an answer on its way out: a voter that is broken.</summary>
    public Func<Votes, Votes> Answer { get; init; } = votes => votes;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(request);
        long[] counts = [.. _perHundred.Select(share => request.Range.Count * share / 100)];
        counts[0] += request.Range.Count - counts.Sum();
        request.Progress?.Report(request.Range.Count);
        return Task.FromResult(Answer(new(ImmutableArray.Create(counts), 0, request.Range, FunctionId)));
    }
}
