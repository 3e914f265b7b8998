
namespace Router.Smoothing.Bounds;

/// <summary>
/// eˣ − 1 and ln(1 + x) with full accuracy around 0 (W. Kahan's quotients, in N. Higham, "Accuracy and Stability of
/// Numerical Algorithms", section 1.14.1). <see cref="double.ExpM1"/> and <see cref="double.LogP1"/> subtract and add 1
/// plainly.
/// </summary>
internal static class ElementaryFunctions
{
    /// <summary>eˣ − 1.</summary>
    public static double ExpMinus1(double x)
    {
        double power = Math.Exp(x);
        if (power == 1)
            return x;
        return power is > 0.5 and < 2 ? (power - 1) * x / Math.Log(power) : power - 1;
    }

    /// <summary>ln(1 + x), x &gt; −1.</summary>
    public static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
