
namespace Router.Smoothing.Bounds;

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
