using Router.Votes.Noise;

namespace Router.Smoothing.Bounds;

/// <summary>
/// The randomised Clopper–Pearson bound (Stevens 1950; Voráček &amp; Hein 2023): the p at which P[X > S] + W·P[X = S] =
/// α. Exact where the plain bound is too careful, and strictly tighter. W is the word that the stream holds for it:
/// made with the seed, the same at every try, and recorded. A second W and the choice between them would break the
/// guarantee, so there is no way to give one.
/// </summary>
public sealed class RandomisedClopperPearson : FixedCountBound
{
    /// <summary>The sample index whose word is W; no vote is ever drawn there.</summary>
    public const long RandomiserIndex = long.MaxValue;

    /// <summary>A bound to be read once, after <paramref name="draws"/> draws of <paramref name="stream"/>.</summary>
    /// <param name="draws">1 … <see cref="ClopperPearson.MaxDraws"/>, fixed before drawing.</param>
    /// <param name="alpha">Failure probability of each side, in (0, ½].</param>
    /// <param name="stream">The stream whose votes are bounded.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RandomisedClopperPearson(long draws, double alpha, NoiseStream stream)
        : base(draws, alpha) => W = RandomiserOf(stream);

    /// <summary>W in (0, 1]; the larger, the more careful: 1 gives the plain bound.</summary>
    public double W { get; }

    /// <summary>
    /// The W of a stream: (U + 1)/2⁶⁴ rounded up, with U its word at <see cref="RandomiserIndex"/>, coordinate 0.
    /// </summary>
    public static double RandomiserOf(NoiseStream stream) =>
        Math.Min(1, Math.BitIncrement(Math.ScaleB(1.0 + stream.Uniform(RandomiserIndex, 0), -64)));

    private protected override Probability LowerAtDraws(long successes)
    {
        if (successes == 0)
            return W >= Alpha ? Probability.Zero : ClopperPearson.RoundDown(NoneSucceeded());
        if (successes == Draws)
            return ClopperPearson.RoundDown(AllSucceeded());
        LogOdds? bound = LogOddsRoot.OfFalling(Missing, Start(successes), width: 1);
        return bound is { } found ? ClopperPearson.RoundDown(new(found.P, found.Q)) : Probability.Zero;

        // ln α − ln(W·P[X ≥ S] + (1 − W)·P[X ≥ S + 1])
        (double Value, double Slope) Missing(LogOdds p)
        {
            BinomialTail with = Tail(successes, p), without = Tail(successes + 1, p);
            double ratio = Math.Exp(without.LnProbability - with.LnProbability), part = W + (1 - W) * ratio;
            double slope = (W * with.Slope + (1 - W) * ratio * without.Slope) / part;
            return (Math.Log(Alpha) - with.LnProbability - Math.Log(part), -slope * p.Q);
        }
    }

    private double Start(long successes)
    {
        Probability plain = ClopperPearson.Lower(successes, Draws, Alpha);
        return Math.Log(plain.Value) - Math.Log(plain.Complement);
    }

    private BinomialTail Tail(long successes, LogOdds p) => successes < Draws
        ? BinomialTail.AtLeast(successes, Draws, p.P, p.Q)
        : new(Draws * (p.P <= p.Q ? Math.Log(p.P) : ElementaryFunctions.LogOnePlus(-p.Q)), Draws);

    // 1 − (1 − W) qⁿ = α
    private Probability NoneSucceeded()
    {
        double lnQ = ElementaryFunctions.LogOnePlus(-(Alpha - W) / (1 - W)) / Draws;
        return new(-ElementaryFunctions.ExpMinus1(lnQ), Math.Exp(lnQ));
    }

    // W pⁿ = α; at W ≤ α not even p = 1 is rejected, and the radius would be infinite: W counts as 2α there, which is
    // against the certificate.
    private Probability AllSucceeded()
    {
        double lnP = Math.Log(Alpha / Math.Max(W, 2 * Alpha)) / Draws;
        return new(Math.Exp(lnP), -ElementaryFunctions.ExpMinus1(lnP));
    }
}
