using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Router.Smoothing.Bounds;
using Router.Votes.Noise;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// Bounds that were computed once: a study asks for the same count at the same share of α again and again, in every mix
/// and for every image with that count. Votes are looked at once, after the last draw, which every family allows.
/// Threads may share it.
/// </summary>
internal sealed class BoundTable
{
    private readonly ConcurrentDictionary<(double Alpha, BoundSide Side, long Draws),
    StrongBox<Probability>?[]> _fixed = [];
    private readonly ConcurrentDictionary<Asked, Probability> _others = [];

    /// <summary>A bound on the probability of some outcomes.</summary>
    /// <param name="family">How.</param>
    /// <param name="alpha">Its share.</param>
    /// <param name="side">Which way.</param>
    /// <param name="successes">Estimation votes that count as successes.</param>
    /// <param name="draws">All estimation votes.</param>
    /// <param name="selected">Selection votes on the outcomes, which shape a mixture's bound.</param>
    /// <param name="selection">All selection votes.</param>
    /// <param name="stream">The noise, which a randomised bound takes its W from.</param>
    public Probability Of(
        BoundFamily family, double alpha, BoundSide side, long successes, long draws, long selected, long selection,
        NoiseStream stream)
    {
        if (draws == 0)
            return side == BoundSide.Lower ? Probability.Zero : Probability.One;
        if (family is BoundFamily.FixedCount)
        {
            // Two threads may compute one bound, and find the same.
            StrongBox<Probability>?[] byCount =
                _fixed.GetOrAdd((alpha, side, draws), asked => new StrongBox<Probability>?[asked.Draws + 1]);
            return (byCount[successes] ??= new(Compute(family, alpha, side, successes, draws, 0, 0, stream))).Value;
        }
        bool shaped = family is BoundFamily.Mixture, drawn = family is BoundFamily.RandomisedFixedCount;
        return _others.GetOrAdd(
            new(
                family, alpha, side, successes, draws, shaped ? selected : 0, shaped ? selection : 0,
                drawn ? stream : default),
            asked => Compute(
                asked.Family, asked.Alpha, asked.Side, asked.Successes, asked.Draws, asked.Selected, asked.Selection,
                asked.Stream));
    }

    private static Probability Compute(
        BoundFamily family, double alpha, BoundSide side, long successes, long draws, long selected, long selection,
        NoiseStream stream)
    {
        ConfidenceBound bound = family.Of(alpha, draws, stream, selected, selection - selected);
        return side == BoundSide.Lower ? bound.Lower(successes, draws) : bound.Upper(successes, draws);
    }

    private readonly record struct Asked(
        BoundFamily Family, double Alpha, BoundSide Side, long Successes, long Draws, long Selected, long Selection,
        NoiseStream Stream);
}
