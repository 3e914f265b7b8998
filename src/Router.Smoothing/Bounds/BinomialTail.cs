
namespace Router.Smoothing.Bounds;

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
