using Router.Smoothing;

namespace Router.Estimator.Tests;

/// <summary>A voter whose vote on a sample is a function of the stream and the index alone, as a real one's is; it records what it was asked.</summary>
internal sealed class SequenceVoter(string name, decimal sigma, params double[] shares) : IVoter
{
    public List<VoteRequest> Asked { get; } = [];

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => shares.Length;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(request);
        long[] counts = new long[shares.Length];
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
        {
            double u = Math.ScaleB(request.Stream.Uniform(sample, 0), -64);
            int outcome = 0;
            while (outcome < shares.Length - 1 && (u -= shares[outcome]) > 0) outcome++;
            counts[outcome]++;
        }
        return Task.FromResult(new Votes([.. counts], 0, request.Range, FunctionId));
    }
}
