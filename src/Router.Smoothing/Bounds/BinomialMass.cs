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

/// <summary>The upper tail of a binomial distribution, P[X ≥ k] = I_p(k, n − k + 1), in logarithms.</summary>
/// <param name="LnProbability">ln P[X ≥ k].</param>
/// <param name="Slope">d ln P[X ≥ k] / d ln p, positive.</param>
public readonly record struct BinomialTail(double LnProbability, double Slope)
{
    /// <summary>The largest n for which the accuracy of this tail has been established.</summary>
    public const long MaxDraws = 1_000_000_000;

    // The fraction needs on the order of √n terms: some 10⁴ at n = 10⁹.
    private const int MaxTerms = 1_000_000;
    private const double Converged = 2e-16;

    /// <summary>
    /// ln P[X ≥ successes] for X ~ Bin(draws, p), 1 ≤ successes &lt; draws, with q = 1 − p given directly.
    /// </summary>
    /// <exception cref="ArithmeticException">The continued fraction did not converge.</exception>
    public static BinomialTail AtLeast(long successes, long draws, double p, double q)
    {
        double a = successes, b = draws - successes + 1, ab = draws + 1;
        double lnPrefix = BinomialMass.Ln(successes, draws, p, q) + Math.Log(a) + Math.Log(q); // p^a q^b / B(a, b)
        // a − (a + b) p, formed from the smaller of p and q, the one that carries the digits.
        double lambda = p <= q ? -Math.FusedMultiplyAdd(ab, p, -a) : Math.FusedMultiplyAdd(ab, q, -b);
        // Beyond the mean of the Beta distribution the other tail converges, and this one is its complement.
        double lnTail = lambda >= 0
            ? lnPrefix + Math.Log(Fraction(a, b, p, q, lambda))
            : ElementaryFunctions.LogOnePlus(-Math.Exp(lnPrefix) * Fraction(b, a, q, p, -lambda));
        return new(lnTail, Math.Exp(lnPrefix - lnTail) / q);
    }

    // I_x(a, b) = x^a y^b / B(a, b) · fraction with y = 1 − x and λ = a − (a + b) x ≥ 0: the continued fraction of A.
    // DiDonato & A. Morris, "Significant digit computation of the incomplete beta function ratios", ACM TOMS 18 (1992),
    // section 4. For whole b it ends at its b-th term and all terms are positive, so nothing cancels; real b converge
    // alike (BetaTail). Evaluated forward by Lentz's method.
    internal static double Fraction(double a, double b, double x, double y, double lambda)
    {
        double beta = a / (a + 1) * (lambda + 1);
        double c = double.PositiveInfinity, d = 1 / beta, fraction = d;
        for (int n = 1; n <= MaxTerms; n++)
        {
            double middle = a + 2 * n - 1;
            double alpha = (a + n - 1) / middle * ((a + b + n - 1) / middle) * n * (b - n) * x * x;
            if (alpha == 0)
                return fraction;
            beta = n + n * (b - n) * x / middle + (a + n) / (middle + 2) * (lambda + 1 + n * (1 + y));
            d = 1 / (beta + alpha * d);
            c = beta + alpha / c;
            double factor = c * d;
            fraction *= factor;
            if (Math.Abs(factor - 1) <= Converged)
                return fraction;
        }
        throw new ArithmeticException(
            $"the continued fraction of I_x(a, b) did not converge in {MaxTerms} terms at a = {a}, b = {b}, x = {x:R}");
    }
}
