using System.Collections.Concurrent;
using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>Certified accuracy with what chance leaves open, for studies of one number of images.</summary>
/// <param name="images">How many.</param>
/// <param name="alpha">α of each certificate.</param>
internal sealed class Shares(int images, double alpha)
{
    private const double Outside = 0.05;

    // Of Cohen et al. 2019's high-probability bound.
    private const double Rho = 0.001;

    private readonly ConcurrentDictionary<int, (double Low, double High)> _intervals = [];

    /// <summary>Certified accuracy at each radius.</summary>
    /// <param name="radii">The grid.</param>
    /// <param name="count">How many images hold at a radius.</param>
    public ImmutableArray<StudyAccuracy> At(IEnumerable<double> radii, Func<double, int> count) =>
        [.. radii.Select(radius => Of(radius, count(radius)))];

    /// <summary>Of some images that hold at a radius.</summary>
    public StudyAccuracy Of(double radius, int held)
    {
        (double Low, double High) interval = _intervals.GetOrAdd(held, held => (
            ClopperPearson.Lower(held, images, Outside / 2).Value,
            ClopperPearson.Upper(held, images, Outside / 2).Value));
        double share = (double)held / images;
        return new(radius, share, interval.Low, interval.High, Math.Max(0, HighProbability(share)));
    }

    /// <summary>
    /// The accuracy that is certified with probability 1 − ρ, ρ = .001, were every certificate false with probability α
    /// independently of the others (Cohen, Rosenfeld and Kolter 2019, appendix: Bernstein's inequality).
    /// </summary>
    private double HighProbability(double share)
    {
        double log = Math.Log(1 / Rho);
        return share - alpha - Math.Sqrt(alpha * (1 - alpha) * log / images) - log / (3 * images);
    }
}
