using Router.Smoothing.Tests.Certificates;
using Tests;

namespace Router.Estimator.Tests.Failover;

/// <summary>
/// Voters of two outcomes, the first of probability p: one draw from Bin(n, p) for a whole range, a fixed function of
/// stream and range.
/// </summary>
internal static class BinomialVoter
{
    public static ScriptedVoter Of(string name, decimal sigma, double p)
    {
        Dictionary<long, ExactBinomial> binomials = [];
        return new(name, sigma, 2, request =>
        {
            long n = request.Range.Count;
            if (!binomials.TryGetValue(n, out ExactBinomial? binomial))
                binomials[n] = binomial = new((int)n, p);
            int first = binomial.Draw(request.Stream, request.Range.From);
            return [first, n - first];
        });
    }
}
