
namespace Router.Smoothing.Bounds;

/// <summary>
/// Exact one-sided confidence bounds on a success probability (Clopper &amp; Pearson 1934): quantiles of Beta
/// distributions. Valid at one number of draws fixed in advance; looking repeatedly breaks the guarantee. Both ends are
/// rounded against the certificate: the bound that is returned is at most a relative 2e-12 outside of the exact one,
/// never inside.
/// </summary>
public static class ClopperPearson
{
    /// <summary>The largest number of draws for which the accuracy has been established.</summary>
    public const long MaxDraws = BinomialTail.MaxDraws;

    /// <summary>
    /// Relative outward rounding of the smaller of p and 1 − p; measured numerical errors stay below 1e-13.
    /// </summary>
    internal const double Safety = 1e-12;

    private const int MaxSteps = 100;
    private const double LongestStep = 20;
    private const double Settled = 1e-15;

    /// <summary>
    /// The p at which <paramref name="successes"/> or more of <paramref name="draws"/> has probability
    /// <paramref name="alpha"/>: the true probability is below it with probability at most <paramref name="alpha"/>. 0
    /// successes give 0.
    /// </summary>
    /// <param name="successes">0 … <paramref name="draws"/>.</param>
    /// <param name="draws">1 … <see cref="MaxDraws"/>, fixed before drawing.</param>
    /// <param name="alpha">Failure probability in (0, ½].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="ArithmeticException">The bound could not be computed to its stated accuracy.</exception>
    public static Probability Lower(long successes, long draws, double alpha)
    {
        Check(successes, draws, alpha);
        if (successes == 0)
            return Probability.Zero;
        if (successes == draws)
            return RoundDown(AllSucceeded(draws, alpha));
        return RoundDown(Solve(successes, draws, alpha));
    }

    /// <summary>
    /// The p at which <paramref name="successes"/> or fewer of <paramref name="draws"/> has probability
    /// <paramref name="alpha"/>: the true probability is above it with probability at most <paramref name="alpha"/>.
    /// All successes give 1.
    /// </summary>
    /// <inheritdoc cref="Lower" path="/param|/exception"/>
    public static Probability Upper(long successes, long draws, double alpha)
    {
        Check(successes, draws, alpha);
        return Lower(draws - successes, draws, alpha).Opposite;
    }

    // p^n = α.
    private static Probability AllSucceeded(long draws, double alpha)
    {
        double lnP = Math.Log(alpha) / draws;
        return new(Math.Exp(lnP), -ElementaryFunctions.ExpMinus1(lnP));
    }

    // Newton in the logarithm of t, the smaller of p and q. ln P[X ≥ k] is concave in ln p as in ln q, so a step from
    // the side where the tail is below α never passes the root, and one from the other side lands on that side: no
    // bracket is needed.
    private static Probability Solve(long successes, long draws, double alpha)
    {
        double lnAlpha = Math.Log(alpha);
        bool solveValue = BinomialTail.AtLeast(successes, draws, 0.5, 0.5).LnProbability > lnAlpha;
        double t = Math.Min(0.5, Start(successes, draws, alpha, solveValue));
        double previous = double.PositiveInfinity;
        for (int step = 0; step < MaxSteps; step++)
        {
            BinomialTail tail = solveValue
                ? BinomialTail.AtLeast(successes, draws, t, 1 - t)
                : BinomialTail.AtLeast(successes, draws, 1 - t, t);
            double slope = solveValue ? tail.Slope : -tail.Slope * (t / (1 - t));
            double change = Math.Clamp((lnAlpha - tail.LnProbability) / slope, -LongestStep, LongestStep);
            t = Math.Min(0.5, t * Math.Exp(change));
            double size = Math.Abs(change);
            if (size <= Settled || (size <= Safety / 10 && size >= previous))
                return solveValue ? new(t, 1 - t) : new(1 - t, t);
            previous = size;
        }
        throw new ArithmeticException(
            $"the Clopper–Pearson bound did not settle in {MaxSteps} steps at {successes} of {draws}, alpha {alpha:R}; "
            + $"last value {t:R}, last change {previous:R}");
    }

    // Wilson's score bound, for p or for q.
    private static double Start(long successes, long draws, double alpha, bool forValue)
    {
        double k = successes, m = draws - successes, n = draws;
        double z = Normal.TailQuantile(alpha);
        double width = z * Math.Sqrt(k * (m / n) + z * z / 4);
        return forValue
            ? k * k / ((k + z * z / 2 + width) * n) // (k + z²/2 − width)/(n + z²) without the cancellation
            : (m + z * z / 2 + width) / (n + z * z);
    }

    // Both ends outward: 1 − t is correct to half a unit, so one unit more is safe.
    internal static Probability RoundDown(Probability exact)
    {
        if (exact.Value <= exact.Complement)
        {
            double value = exact.Value * (1 - Safety);
            return new(value, Math.Min(1, Math.BitIncrement(1 - value)));
        }
        double complement = exact.Complement * (1 + Safety);
        return new(Math.BitDecrement(1 - complement), complement);
    }

    private static void Check(long successes, long draws, double alpha)
    {
        if (draws is < 1 or > MaxDraws)
            throw new ArgumentOutOfRangeException(nameof(draws), draws, $"the number of draws lies in [1, {MaxDraws}]");
        if (successes < 0 || successes > draws)
            throw new ArgumentOutOfRangeException(
                nameof(successes), successes, $"successes lie in [0, {draws}], the number of draws");
        if (!(alpha > 0 && alpha <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "a failure probability lies in (0, 0.5]");
    }
}
