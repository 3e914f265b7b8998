
namespace Router.Smoothing.Bounds;

/// <summary>
/// The best value that a simultaneous bound has shown so far, and where: since all looks hold together, so does the
/// best of them. Only a <see cref="SimultaneousBound"/> can run.
/// </summary>
/// <param name="bound">What is looked at.</param>
/// <param name="side">Which side of it.</param>
public sealed class RunningBound(SimultaneousBound bound, BoundSide side)
{
    private long _successes, _draws;

    /// <summary>The best bound so far; 0 or 1 before the first look.</summary>
    public Probability Value { get; private set; } = side == BoundSide.Lower ? Probability.Zero : Probability.One;

    /// <summary>The successes at the look that decided <see cref="Value"/>.</summary>
    public long DecidingSuccesses { get; private set; }

    /// <summary>The draws at the look that decided <see cref="Value"/>; 0 where none has.</summary>
    public long DecidingDraws { get; private set; }

    /// <summary>Looks again, after more draws of the same stream.</summary>
    /// <param name="successes">Successes among all draws so far.</param>
    /// <param name="draws">All draws so far.</param>
    /// <returns><see cref="Value"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The counts do not continue the last ones, or the bound may not be looked at there.
    /// </exception>
    public Probability Look(long successes, long draws)
    {
        if (successes < _successes || draws - successes < _draws - _successes)
            throw new ArgumentException(
                $"{successes} of {draws} do not continue {_successes} of {_draws}", nameof(successes));
        Probability seen = side == BoundSide.Lower ? bound.Lower(successes, draws) : bound.Upper(successes, draws);
        (_successes, _draws) = (successes, draws);
        if (side == BoundSide.Lower ? seen > Value : seen < Value)
            (Value, DecidingSuccesses, DecidingDraws) = (seen, successes, draws);
        return Value;
    }
}
