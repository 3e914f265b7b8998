using Router.Smoothing;

namespace Router.Estimator.Tests;

/// <summary>A voter that records what it was asked.</summary>
internal abstract class AskedVoter(string name, decimal sigma, double[] shares) : IVoter
{
    public List<VoteRequest> Asked { get; } = [];

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => shares.Length;

    /// <summary>How often each outcome is voted for, by share.</summary>
    protected double[] Shares => shares;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(request);
        return Task.FromResult(new Votes([.. Count(request)], 0, request.Range, FunctionId));
    }

    protected abstract long[] Count(VoteRequest request);
}
