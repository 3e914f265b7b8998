using Router.Smoothing;

namespace Router.Estimator.Tests;

/// <summary>A voter with the same shares of votes on every range.</summary>
internal sealed class ExclusionVoter(string name, decimal sigma, params double[] shares) : AskedVoter(name, sigma, shares)
{
    protected override long[] Count(VoteRequest request)
    {
        long[] counts = [.. Shares.Select(share => (long)(share * request.Range.Count))];
        counts[0] += request.Range.Count - counts.Sum();
        request.Progress?.Report(request.Range.Count);
        return counts;
    }
}
