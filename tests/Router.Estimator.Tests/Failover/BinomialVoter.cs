using Router.Smoothing;
using Router.Smoothing.Tests.Certificates;

namespace Router.Estimator.Tests.Failover;

/// <summary>A voter of two outcomes, the first of probability p: one draw from Bin(n, p) for a whole range, a fixed function of stream and range.</summary>
internal sealed class BinomialVoter(string name, decimal sigma, double p) : IVoter
{
    private readonly Dictionary<long, ExactBinomial> _counts = [];

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => 2;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        long n = request.Range.Count;
        if (!_counts.TryGetValue(n, out ExactBinomial? binomial))
            _counts[n] = binomial = new((int)n, p);
        int first = binomial.Draw(request.Stream, request.Range.From);
        return Task.FromResult(new Votes([first, n - first], 0, request.Range, FunctionId));
    }
}
