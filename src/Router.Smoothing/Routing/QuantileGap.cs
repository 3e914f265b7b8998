using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>
/// How far x must move before one probability can catch up with another, when x ↦ Φ⁻¹(P(x)) is 1/σ-Lipschitz (Salman et
/// al. 2019).
/// </summary>
internal static class QuantileGap
{
    // Φ⁻¹ is within 1e-14 relative of the exact value, a threshold or bias within 2⁻⁵³ of what was written, and the
    // differences lose a few roundings more: the gap gives up ten times their sum, in proportion to the terms and not
    // to what is left of them.
    private const double Margin = 1e-13;

    /// <summary>scale·(Φ⁻¹(high) + lead − Φ⁻¹(low)), rounded toward zero and floored at 0.</summary>
    /// <param name="scale">σ where one of the two probabilities moves, σ/2 where both do.</param>
    /// <param name="high">A lower bound on the probability that is ahead.</param>
    /// <param name="low">An upper bound on the one that must not reach it.</param>
    /// <param name="lead">What the first is given beforehand.</param>
    public static double Radius(double scale, Probability high, Probability low, double lead = 0)
    {
        double above = high.Quantile, below = low.Quantile;
        if (double.IsNegativeInfinity(above) || double.IsPositiveInfinity(below)) return 0;
        // A probability of exactly 0 or 1 is 0 or 1 at every x.
        if (double.IsPositiveInfinity(above) || double.IsNegativeInfinity(below)) return double.PositiveInfinity;
        double margin = Margin * (1 + Math.Abs(above) + Math.Abs(below) + Math.Abs(lead));
        return Math.Max(0, scale * (above - below + lead - margin));
    }
}
