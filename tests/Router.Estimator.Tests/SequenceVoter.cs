using Router.Smoothing;

namespace Router.Estimator.Tests;

/// <summary>A voter whose vote on a sample is a function of the stream and the index alone, as a real one's is.</summary>
internal sealed class SequenceVoter(string name, decimal sigma, params double[] shares) : AskedVoter(name, sigma, shares)
{
    protected override long[] Count(VoteRequest request)
    {
        long[] counts = new long[Shares.Length];
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
        {
            double u = Math.ScaleB(request.Stream.Uniform(sample, 0), -64);
            int outcome = 0;
            while (outcome < Shares.Length - 1 && (u -= Shares[outcome]) > 0) outcome++;
            counts[outcome]++;
        }
        return counts;
    }
}
