namespace Router.Smoothing.Bounds;

/// <summary>
/// The standard normal distribution with full relative accuracy in both tails: every function has a partner that works
/// on the complement, so that no tail is ever formed as 1 − Φ. Errors are a few units in the last place (measured
/// against 50-digit references: Φ and its tail below 2e-15 relative, quantiles below 1e-14 relative).
/// </summary>
public static class Normal
{
    private const double LnSqrtTwoPi = 0.91893853320467274178;
    private const double SqrtTwoPi = 2.5066282746310005024;

    /// <summary>Within this distance of ½ a quantile is found from Φ(x) − ½, outside of it from the tail.</summary>
    private const double CentralHalfWidth = 0.25;

    /// <summary>
    /// The start is within 5e-4 and each Halley step cubes the error: two suffice, the third costs little and settles
    /// the last digit.
    /// </summary>
    private const int HalleySteps = 3;

    /// <summary>Φ(x) = P[Z ≤ x]; 0 at −∞ and 1 at +∞.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is NaN.</exception>
    public static double Cdf(double x) => Tail(-x);

    /// <summary>1 − Φ(x) = P[Z > x], computed directly: exact to the last digits where Φ(x) rounds to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is NaN.</exception>
    public static double Tail(double x)
    {
        if (double.IsNaN(x))
            throw new ArgumentOutOfRangeException(nameof(x), x, "Φ needs a number in [−∞, +∞]");
        return x < 0 ? 1 - UpperTail(-x) : UpperTail(x);
    }

    /// <summary>
    /// Φ⁻¹(p); −∞ at 0 and +∞ at 1. Where p is near 1, <see cref="TailQuantile"/> of the complement keeps the digits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is NaN or outside [0, 1].</exception>
    public static double Quantile(double p) => -TailQuantile(p);

    /// <summary>Φ⁻¹(1 − q) for a tail probability q; +∞ at 0 and −∞ at 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is NaN or outside [0, 1].</exception>
    public static double TailQuantile(double q)
    {
        if (!(q >= 0 && q <= 1))
            throw new ArgumentOutOfRangeException(nameof(q), q, "a normal quantile needs a probability in [0, 1]");
        if (Math.Abs(q - 0.5) <= CentralHalfWidth)
            return CentralQuantile(0.5 - q);
        return q < 0.5 ? UpperQuantile(q) : -UpperQuantile(1 - q);
    }

    private static double UpperTail(double x)
    {
        if (double.IsPositiveInfinity(x))
            return 0;
        // x²/2 rounded loses digits in the exponential: split off a head whose square is exact.
        double head = x < 64 ? Math.Truncate(x * 16) / 16 : x;
        double rest = (x - head) * (x + head) / 2;
        return Math.Exp(-head * head / 2) * Math.Exp(-rest) * MillsRatio.At(x) / SqrtTwoPi;
    }

    // Solves ln(1 − Φ(x)) = ln q: in logarithms the tail is nearly a parabola, and subnormal q keep their digits.
    private static double UpperQuantile(double q)
    {
        if (q == 0)
            return double.PositiveInfinity;
        double lnQ = Math.Log(q);
        double x = Start(lnQ);
        for (int step = 0; step < HalleySteps; step++)
        {
            double mills = MillsRatio.At(x);
            double excess = Math.Log(mills) - LnSqrtTwoPi - x * x / 2 - lnQ;
            x += excess * mills / (1 - excess * (x * mills - 1) / 2);
        }
        return x;
    }

    // Solves Φ(x) − ½ = h, which keeps the digits of x around 0.
    private static double CentralQuantile(double h)
    {
        double x = h == 0 ? 0 : double.CopySign(Start(Math.Log(0.5 - Math.Abs(h))), h);
        if (Math.Abs(h) < 0.01)
            x = h * SqrtTwoPi;
        for (int step = 0; step < HalleySteps; step++)
        {
            double missing = h * SqrtTwoPi * Math.Exp(x * x / 2) - CentralRatio(x);
            x += missing / (1 + missing * x / 2);
        }
        return x;
    }

    // (Φ(x) − ½) / φ(x) = x + x³/3 + x⁵/(3·5) + …  (Abramowitz & Stegun 26.2.11)
    private static double CentralRatio(double x)
    {
        double term = x, sum = 0;
        for (int odd = 3; Math.Abs(term) > Math.Abs(sum) * 1e-17; odd += 2)
        {
            sum += term;
            term *= x * x / odd;
        }
        return sum;
    }

    // Abramowitz & Stegun 26.2.23: |error| < 4.5e-4 for 0 < q ≤ ½.
    private static double Start(double lnQ)
    {
        double t = Math.Sqrt(-2 * lnQ);
        return t - ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1);
    }
}

/// <summary>
/// The Mills ratio R(x) = (1 − Φ(x)) / φ(x) for x ≥ 0: what is left of a normal tail when its exponential is taken out.
/// (1 + x)·R(x) is one Chebyshev series in t = (x − 5)/(x + 5) over all x ≥ 0, after Shepherd &amp; Laframboise,
/// "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x &lt; ∞", Math. Comp. 36 (1981). The coefficients come
/// from tests/Router.Smoothing.Tests/Bounds/reference/coefficients.py.
/// </summary>
internal static class MillsRatio
{
    private static ReadOnlySpan<double> Coefficients =>
    [
        1.1579976221305187167,
        -0.16334493884513978905,
        -0.013683136055781576407,
        0.030822000198100039725,
        -0.016220073012046806988,
        0.0056166910164600934864,
        -0.001413393378354921628,
        0.00025026254607256606546,
        -0.000024689072397283870041,
        -1.0107964061837592256e-6,
        7.4954191797405729054e-7,
        -7.6002742687283368758e-8,
        -1.1574771441328644748e-8,
        3.3333864725998431463e-9,
        7.5380396281713470189e-11,
        -1.1104247263727494478e-10,
        3.5092437765510588325e-12,
        3.6894953861750953684e-12,
        -2.3376697776383093717e-13,
        -1.3271797523541405453e-13,
        9.9217069958882765537e-15,
        5.2760049954553790653e-15,
        -3.3730976941879218316e-16,
        -2.2804338776379945603e-16,
        7.4963305658086263881e-18,
        1.0328041877290668347e-17,
    ];

    /// <summary>R(x) at x ≥ 0, relative error about 5e-16.</summary>
    public static double At(double x)
    {
        double t = (x - 5) / (x + 5);
        double next = 0, afterNext = 0;
        ReadOnlySpan<double> c = Coefficients;
        for (int k = c.Length - 1; k > 0; k--)
            (next, afterNext) = (c[k] + 2 * t * next - afterNext, next);
        return (c[0] + t * next - afterNext) / (1 + x);
    }
}
