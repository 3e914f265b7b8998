using Router.Votes;

namespace Router.Smoothing.Bounds;

/// <summary>Which way a bound bounds.</summary>
public enum BoundSide
{
    /// <summary>The true probability is at least the bound.</summary>
    Lower,

    /// <summary>The true probability is at most the bound.</summary>
    Upper,
}

/// <summary>
/// One-sided confidence bounds on a success probability, planned before drawing. The subclass says when it may be
/// looked at: a <see cref="FixedCountBound"/> at one number of draws only, a <see cref="SimultaneousBound"/> again and
/// again. Each side spends <see cref="Alpha"/> by itself: who uses both pays twice.
/// </summary>
public abstract class ConfidenceBound
{
    private protected ConfidenceBound(double alpha)
    {
        if (!(alpha > 0 && alpha <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "a failure probability lies in (0, 0.5]");
        Alpha = alpha;
    }

    /// <summary>The probability that the bound is ever wrong, in (0, ½], over every look it allows.</summary>
    public double Alpha { get; }

    /// <summary>A lower bound on the success probability; 0 where nothing is known.</summary>
    /// <param name="successes">0 … <paramref name="draws"/>.</param>
    /// <param name="draws">The first that many draws, all of them counted.</param>
    /// <exception cref="ArgumentException">
    /// This bound may not be looked at after that many draws, or the counts are outside their ranges.
    /// </exception>
    public abstract Probability Lower(long successes, long draws);

    /// <summary>An upper bound on the success probability; 1 where nothing is known.</summary>
    /// <inheritdoc cref="Lower(long, long)" path="/param|/exception"/>
    public abstract Probability Upper(long successes, long draws);

    /// <summary>A lower bound on the probability of an outcome: an undecided vote is a failure.</summary>
    /// <exception cref="ArgumentException">This bound may not be looked at after that many votes.</exception>
    public Probability Lower(VoteCounts votes, int outcome) => Lower(votes.Counts[outcome], votes.Total);

    /// <summary>An upper bound on the probability of an outcome: an undecided vote is a success.</summary>
    /// <exception cref="ArgumentException">This bound may not be looked at after that many votes.</exception>
    public Probability Upper(VoteCounts votes, int outcome) =>
        Upper(votes.Counts[outcome] + votes.Undecided, votes.Total);

    private protected static void CheckCounts(long successes, long draws)
    {
        if (draws is < 0 or > ClopperPearson.MaxDraws)
            throw new ArgumentOutOfRangeException(
                nameof(draws), draws, $"the number of draws lies in [0, {ClopperPearson.MaxDraws}]");
        if (successes < 0 || successes > draws)
            throw new ArgumentOutOfRangeException(
                nameof(successes), successes, $"successes lie in [0, {draws}], the number of draws");
    }
}

/// <summary>
/// A bound that holds at all of its looks at once: it may be looked at repeatedly, sampling may stop on what it shows,
/// and the best of its values is a bound too (<see cref="RunningBound"/>).
/// </summary>
public abstract class SimultaneousBound : ConfidenceBound
{
    private protected SimultaneousBound(double alpha)
        : base(alpha)
    {
    }
}

/// <summary>
/// The Clopper–Pearson bound at the number of draws registered for it, and at no other: looked at along the way it
/// would fail more often than <see cref="ConfidenceBound.Alpha"/>, so every other count is refused.
/// </summary>
public class FixedCountBound : ConfidenceBound
{
    /// <summary>A bound to be read once, after <paramref name="draws"/> draws.</summary>
    /// <param name="draws">
    /// 1 … <see cref="ClopperPearson.MaxDraws"/>, fixed before drawing and whatever other votes say.
    /// </param>
    /// <param name="alpha">Failure probability of each side, in (0, ½].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public FixedCountBound(long draws, double alpha)
        : base(alpha)
    {
        if (draws is < 1 or > ClopperPearson.MaxDraws)
            throw new ArgumentOutOfRangeException(
                nameof(draws), draws, $"the number of draws lies in [1, {ClopperPearson.MaxDraws}]");
        Draws = draws;
    }

    /// <summary>The registered number of draws.</summary>
    public long Draws { get; }

    /// <inheritdoc/>
    public sealed override Probability Lower(long successes, long draws) => LowerAtDraws(Checked(successes, draws));

    /// <inheritdoc/>
    public sealed override Probability Upper(long successes, long draws) =>
        LowerAtDraws(draws - Checked(successes, draws)).Opposite;

    private protected virtual Probability LowerAtDraws(long successes) => ClopperPearson.Lower(successes, Draws, Alpha);

    private long Checked(long successes, long draws)
    {
        if (draws != Draws)
            throw new ArgumentException(
                $"this bound is registered for {Draws} draws and holds at no other number, got {draws}", nameof(draws));
        CheckCounts(successes, draws);
        return successes;
    }
}
