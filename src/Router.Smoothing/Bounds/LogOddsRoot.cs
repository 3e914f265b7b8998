namespace Router.Smoothing.Bounds;

/// <summary>
/// Solves for a probability in its log-odds, where neither end of [0, 1] is near: Newton's steps, kept within a
/// bracket.
/// </summary>
internal static class LogOddsRoot
{
    // Beyond these odds a lower bound is as good as 0, and none is so close to 1 at 10⁹ draws.
    private const double Lowest = -690, Highest = 690;
    private const int MaxSteps = 200;
    private const double Settled = 1e-15;

    /// <summary>
    /// Where a function that falls through 0 does so, to some 1e-14 in the log-odds, or not so far where its own
    /// rounding hides that; null where it is below 0 even at odds of 1e-300.
    /// </summary>
    /// <param name="valueAndSlope">
    /// The function and its derivative in the log-odds; it need fall only down to 0, and stay below it from there.
    /// </param>
    /// <param name="start">A guess.</param>
    /// <param name="width">How far off it may be; > 0.</param>
    /// <exception cref="ArithmeticException">The function has no number at some odds.</exception>
    public static LogOdds? OfFalling(
        Func<LogOdds, (double Value, double Slope)> valueAndSlope, double start, double width)
    {
        double low = Lowest, high = Highest, x = Math.Clamp(start, Lowest, Highest), previous = double.PositiveInfinity;
        for (int step = 0; step < MaxSteps; step++)
        {
            LogOdds at = new(x);
            (double value, double slope) = valueAndSlope(at);
            if (double.IsNaN(value))
                throw new ArithmeticException($"a bound has no value at log-odds {x:R}");
            if (value < 0)
                high = x;
            else
                low = x;
            if (high <= Lowest)
                return null;
            double change = slope < 0 ? -value / slope : double.NaN;
            double size = Math.Abs(change), noise = Settled * Math.Max(1, Math.Abs(x));
            if (size <= noise || (size <= ClopperPearson.Safety / 10 && size >= previous))
                return at;
            previous = size;
            double next = Math.Clamp(x + change, x - width, x + width);
            // Outside the bracket, or no slope to follow: halve what is bracketed, step out where an end is still open.
            if (!(next > low && next < high))
                next = low == Lowest ? Math.Max(Lowest, high - width)
                    : high == Highest ? Math.Min(Highest, low + width)
                    : low + (high - low) / 2;
            // The function's own rounding hides the root: the end that is known to lie before it.
            if (high - low <= 4 * noise)
                return new(low);
            if (low == Lowest || high == Highest)
                width *= 2;
            x = next;
        }
        return low > Lowest ? new(low) : null;
    }
}

/// <summary>A probability by its log-odds x = ln(p/q): p and q = 1 − p both keep their digits.</summary>
/// <param name="X">x.</param>
internal readonly record struct LogOdds(double X)
{
    /// <summary>p.</summary>
    public double P { get; } = 1 / (1 + Math.Exp(-X));

    /// <summary>q = 1 − p.</summary>
    public double Q { get; } = 1 / (1 + Math.Exp(X));

    /// <summary>(a + b) p − a, formed from the smaller of p and q, the one that carries the digits.</summary>
    public double Excess(double a, double b) =>
        P <= Q ? Math.FusedMultiplyAdd(a + b, P, -a) : -Math.FusedMultiplyAdd(a + b, Q, -b);
}
