using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Evaluation.Tradeoffs.Answers;

/// <summary>
/// Bounds that were computed once: a study asks for the same count at the same share of α again and again, in every mix and for every image with that
/// count. Votes are looked at once, after the last draw, which every family allows.
/// </summary>
public sealed class BoundTable
{
    private readonly Dictionary<Asked, Probability> _known = [];

    /// <summary>A bound on the probability of some outcomes.</summary>
    /// <param name="family">How.</param>
    /// <param name="alpha">Its share.</param>
    /// <param name="side">Which way.</param>
    /// <param name="successes">Estimation votes that count as successes.</param>
    /// <param name="draws">All estimation votes.</param>
    /// <param name="selected">Selection votes on the outcomes, which shape a mixture's bound.</param>
    /// <param name="selection">All selection votes.</param>
    /// <param name="stream">The noise, which a randomised bound takes its W from.</param>
    public Probability Of(BoundFamily family, double alpha, BoundSide side, long successes, long draws, long selected, long selection, NoiseStream stream)
    {
        if (draws == 0)
            return side == BoundSide.Lower ? Probability.Zero : Probability.One;
        bool shaped = family is BoundFamily.Mixture, drawn = family is BoundFamily.RandomisedFixedCount;
        Asked asked = new(family, alpha, side, successes, draws, shaped ? selected : 0, shaped ? selection : 0, drawn ? stream : default);
        if (!_known.TryGetValue(asked, out Probability bound))
        {
            ConfidenceBound how = family.Of(alpha, draws, stream, selected, selection - selected);
            _known[asked] = bound = side == BoundSide.Lower ? how.Lower(successes, draws) : how.Upper(successes, draws);
        }
        return bound;
    }

    private readonly record struct Asked(
        BoundFamily Family, double Alpha, BoundSide Side, long Successes, long Draws, long Selected, long Selection, NoiseStream Stream);
}
