
namespace Router.Smoothing.Bounds;

/// <summary>
/// ln P[X = k] for X ~ Bin(n, p) by C. Loader, "Fast and accurate computation of binomial probabilities" (2000):
/// deviances and Stirling errors, in which terms of the size of n cancel on paper instead of in the machine.
/// </summary>
internal static class BinomialMass
{
    internal const double LnTwoPi = 1.8378770664093454836;

    // ln k! − [(k + ½) ln k − k + ½ ln 2π], from coefficients.py; k = 0 is never asked for.
    private static ReadOnlySpan<double> StirlingErrors =>
    [
        0.0,
        0.08106146679532725822,
        0.04134069595540929409,
        0.02767792568499833915,
        0.02079067210376509311,
        0.01664469118982119216,
        0.013876128823070748,
        0.0118967099458917701,
        0.0104112652619720965,
        0.009255462182712732918,
        0.008330563433362871256,
        0.007573675487951840795,
        0.006942840107209529866,
        0.006408994188004207068,
        0.005951370112758847736,
        0.005554733551962801371,
    ];

    /// <summary>
    /// ln P[X = successes] for 1 ≤ successes &lt; draws ≤ 10⁹ and 0 &lt; p &lt; 1 with q = 1 − p given directly.
    /// </summary>
    public static double Ln(long successes, long draws, double p, double q)
    {
        double k = successes, m = draws - successes, n = draws;
        // k − np, formed from the smaller of p and q, the one that carries the digits.
        double excess = p <= q ? -Math.FusedMultiplyAdd(n, p, -k) : Math.FusedMultiplyAdd(n, q, -m);
        return StirlingError(draws) - StirlingError(successes) - StirlingError(draws - successes)
            - Deviance(k, n * p, excess) - Deviance(m, n * q, -excess)
            - (LnTwoPi + Math.Log(k) + Math.Log(m / n)) / 2;
    }

    /// <summary>The Stirling error of a real k > 0.</summary>
    internal static double StirlingError(double k)
    {
        // ln (k+1)! = ln k! + ln(k+1) leads every k to the series.
        double below = 0;
        for (; k < StirlingErrors.Length; k++)
            below += (k + 0.5) * ElementaryFunctions.LogOnePlus(1 / k) - 1;
        return below + Series(k);
    }

    private static double StirlingError(long k) => k < StirlingErrors.Length ? StirlingErrors[(int)k] : Series(k);

    private static double Series(double k)
    {
        double r = 1.0 / k, r2 = r * r;
        return r * (1.0 / 12 - r2 * (
            1.0 / 360 - r2 * (1.0 / 1260 - r2 * (1.0 / 1680 - r2 * (1.0 / 1188 - r2 * (691.0 / 360360))))));
    }

    // x ln(x/mean) + mean − x, with excess = x − mean; near 0 by the series of the logarithm in v = (x − mean)/(x +
    // mean).
    internal static double Deviance(double x, double mean, double excess)
    {
        double v = excess / (x + mean);
        if (!(Math.Abs(v) < 0.1))
            return x * Math.Log(x / mean) - excess;
        double sum = excess * v, power = 2 * x * v;
        for (int odd = 3; ; odd += 2)
        {
            power *= v * v;
            double next = sum + power / odd;
            if (next == sum)
                return sum;
            sum = next;
        }
    }
}
