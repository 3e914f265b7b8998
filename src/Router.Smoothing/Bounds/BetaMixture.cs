namespace Router.Smoothing.Bounds;

/// <summary>
/// The one-sided Beta-mixture confidence sequence (docs/certificates.md, section 4): a bound at every number of draws
/// at once, so any rule may
/// stop the sampling. After S successes in t draws it rejects p while M_t(p) ≥ 1/α, where
/// <code>
/// M_t(p) = [B(a+S, b+t−S) · P(Beta(a+S, b+t−S) > p)] / [B(a, b) · P(Beta(a, b) > p) · p^S (1−p)^(t−S)]
///        = E[ (q/p)^S ((1−q)/(1−p))^(t−S) ],  q ~ Beta(a, b) given q > p;
/// </code>
/// the lower bound is the largest rejected p. a = b = ½ is the mixture of KT betting (Voráček 2024).
/// <para>
/// Why it holds. (1) Under a true P one draw multiplies the term of q by P·q/p + (1−P)(1−q)/(1−p) on average; that
/// rises with P and is 1 at
/// P = p, so M_t(p) is a supermartingale from 1 under every P ≤ p and reaches 1/α with probability ≤ α (Ville). (2) The
/// bound passes P only
/// if M_t(P) itself reached 1/α, because what is rejected is an interval from 0: from p = S/t on M_t(p) ≤ 1; below,
/// with q at a fixed rank
/// among the alternatives, d/dp ln term = h(p)·(r(q) − r(p)), r(q) = (S − tq)/(q(1−q)h(q)), h the hazard of Beta(a, b).
/// As q(1−q)h(q) is the
/// hazard of the log-odds, whose density e^(ax)/(1+e^x)^(a+b) is log-concave, it rises with q: r(q) ≤ r(p), every term
/// falls, and so does M_t.
/// </para>
/// <para>
/// The smaller of the bound and its complement is rounded outward by a relative 1e-12, and by up to 1e-10 where a and b
/// expected something
/// else entirely.
/// </para>
/// </summary>
public sealed class BetaMixture : SimultaneousBound
{
    /// <summary>The smallest and the largest a and b for which the accuracy has been established.</summary>
    public const double MinShape = 0.1, MaxShape = 1e6;

    // Relative error of ln m, given up by the bound: next to nothing unless a and b expected something else entirely.
    private const double Rounding = 1e-15;

    /// <summary>A sequence with the mixing distribution Beta(a, b) over the alternatives.</summary>
    /// <param name="alpha">Failure probability of each side over all times, in (0, ½].</param>
    /// <param name="a">
    /// Toward high probabilities, in [<see cref="MinShape"/>, <see cref="MaxShape"/>]; known before the draws that are
    /// bounded.
    /// </param>
    /// <param name="b">Toward low probabilities, in the same range.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public BetaMixture(double alpha, double a = 0.5, double b = 0.5)
        : base(alpha)
    {
        A = CheckShape(a, nameof(a));
        B = CheckShape(b, nameof(b));
    }

    /// <summary>a.</summary>
    public double A { get; }

    /// <summary>b.</summary>
    public double B { get; }

    /// <inheritdoc/>
    public override Probability Lower(long successes, long draws)
    {
        CheckCounts(successes, draws);
        return Lower(successes, draws, A, B);
    }

    /// <inheritdoc/>
    public override Probability Upper(long successes, long draws)
    {
        CheckCounts(successes, draws);
        return Lower(draws - successes, draws, B, A).Opposite;
    }

    // ln M_t falls in the log-odds x of p; its slope is 1/m_{a,b} − 1/m_{a+S,b+t−S} − (S − tp).
    private Probability Lower(long successes, long draws, double a, double b)
    {
        if (successes == 0)
            return Probability.Zero; // then every alternative q > p is less likely than p, M ≤ 1
        double rise = a + successes, fall = b + (draws - successes);
        double spread = Math.Sqrt(1 / rise + 1 / fall);
        double start = Math.Log(rise / fall) - spread * (1 + Normal.TailQuantile(Alpha));
        double lnLevel = -Math.Log(Alpha);
        LogOdds? bound = LogOddsRoot.OfFalling(
            p =>
            {
                double lnPosterior = BetaTail.LnMills(rise, fall, p), lnPrior = BetaTail.LnMills(a, b, p);
                double rounding = Rounding * (Math.Abs(lnPosterior) + Math.Abs(lnPrior));
                double slope = Math.Exp(-lnPrior) - Math.Exp(-lnPosterior) + p.Excess(successes, draws - successes);
                return (lnPosterior - lnPrior - lnLevel - rounding, slope);
            },
            start, spread);
        return bound is { } found ? ClopperPearson.RoundDown(new(found.P, found.Q)) : Probability.Zero;
    }

    private static double CheckShape(double shape, string name) => shape is >= MinShape and <= MaxShape
        ? shape
        : throw new ArgumentOutOfRangeException(
            name, shape, $"a shape of the mixing distribution lies in [{MinShape}, {MaxShape}]");
}
