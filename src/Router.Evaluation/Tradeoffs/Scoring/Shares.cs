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

    // 1 − ρ is how probable the share is that certain images leave.
    private const double Rho = 0.001;

    private readonly int _false = QuantileOfFalse(images, alpha);

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
        return new(radius, share, interval.Low, interval.High, Math.Max(0, (double)(held - _false) / images));
    }

    /// <summary>
    /// The 1 − ρ quantile q of Bin(m, α), ρ = .001: were every certificate of m images false with probability at most α
    /// independently of the others, more than q would be false with probability at most ρ. So a share less q/m is
    /// certified with probability 1 − ρ. (Cohen, Rosenfeld and Kolter 2019 bound q/m by Bernstein's inequality, but
    /// their formula lacks the 2 in √(2α(1 − α)ln(1/ρ)/m), and is not a bound.)
    /// </summary>
    private static int QuantileOfFalse(int m, double alpha)
    {
        int q = (int)(m * alpha); // at most the median
        while (MoreThan(q) > Rho) q++;
        return q;

        double MoreThan(int count) => count >= m ? 0
            : count + 1 == m ? Math.Pow(alpha, m)
            : Math.Exp(BinomialTail.AtLeast(count + 1, m, alpha, 1 - alpha).LnProbability);
    }
}
