using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Routing;

/// <summary>Draws from Bin(n, p) by inversion of its exact distribution function.</summary>
internal sealed class BinomialDraws
{
    private readonly double[] _cumulative;
    private readonly long _first;

    public BinomialDraws(long n, double p)
    {
        double width = 12 * Math.Sqrt(n * p * (1 - p)) + 12;
        _first = Math.Max(0, (long)(n * p - width));
        long last = Math.Min(n, (long)(n * p + width));
        _cumulative = new double[last - _first + 1];
        double sum = 0;
        for (long k = _first; k <= last; k++)
            _cumulative[k - _first] = sum += k == 0 ? Math.Pow(1 - p, n) : k == n ? Math.Pow(p, n) : Math.Exp(
                BinomialMass.Ln(k, n, p, 1 - p));
        Assert.Equal(1, sum, 1e-9);
    }

    public long Next(Uniforms random)
    {
        int found = Array.BinarySearch(_cumulative, random.Next());
        return _first + Math.Min(_cumulative.Length - 1, found < 0 ? ~found : found);
    }

    /// <summary>
    /// How many failures of probability p among the runs are exceeded with probability 1e-6 at most: a false alarm once
    /// in a million.
    /// </summary>
    public static int AtMost(int runs, double p)
    {
        int failures = (int)(runs * p);
        while (BinomialTail.AtLeast(failures + 1, runs, p, 1 - p).LnProbability > Math.Log(1e-6)) failures++;
        return failures;
    }
}
