using Router.Smoothing;

namespace Router.Estimator.Tests;

/// <summary>A voter with the same shares of votes on every range, which records what it was asked.</summary>
internal sealed class ExclusionVoter(string name, decimal sigma, params double[] shares) : IVoter
{
    public List<VoteRequest> Asked { get; } = [];

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => shares.Length;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(request);
        long[] counts = [.. shares.Select(share => (long)(share * request.Range.Count))];
        counts[0] += request.Range.Count - counts.Sum();
        request.Progress?.Report(request.Range.Count);
        return Task.FromResult(new Votes([.. counts], 0, request.Range, FunctionId));
    }
}
