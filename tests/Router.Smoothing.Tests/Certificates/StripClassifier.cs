using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// A base classifier on the plane whose outcomes are strips between parallel lines w·x = t: the probability of each
/// under Gaussian noise is a difference of two half-spaces' (Cohen et al. 2019, appendix B), so the smoothed classifier
/// is known in closed form.
/// </summary>
/// <param name="sigma">σ of its noise.</param>
/// <param name="angle">Direction of the unit vector w.</param>
/// <param name="lines">t, ascending.</param>
/// <param name="outcomes">The outcome of each strip, one more than lines.</param>
internal sealed class StripClassifier(decimal sigma, double angle, double[] lines, int[] outcomes)
{
    public decimal Sigma => sigma;

    /// <summary>P[f(x + ε) = outcome] for each outcome.</summary>
    public double[] Probabilities(double x, double y)
    {
        double[] probabilities = new double[outcomes.Max() + 1];
        for (int strip = 0; strip < outcomes.Length; strip++)
            probabilities[outcomes[strip]] += Mass(strip == 0 ? double.NegativeInfinity : Z(strip - 1),
                strip == lines.Length ? double.PositiveInfinity : Z(strip));
        return probabilities;

        double Z(int line) => (lines[line] - (x * Math.Cos(angle) + y * Math.Sin(angle))) / (double)sigma;
    }

    /// <summary>The smoothed answer, ties to the lowest index.</summary>
    public int Smoothed(double x, double y)
    {
        double[] probabilities = Probabilities(x, y);
        return Array.IndexOf(probabilities, probabilities.Max());
    }

    /// <summary>Votes with exactly the closed-form probabilities.</summary>
    public VoteCounts Draw(double x, double y, NoiseStream stream, SampleRange range)
    {
        double[] probabilities = Probabilities(x, y);
        long[] counts = new long[probabilities.Length];
        for (long sample = range.From; sample < range.To; sample++)
        {
            double u = ExactBinomial.Uniform(stream, sample, coordinate: 0);
            int outcome = 0;
            while (outcome < counts.Length - 1 && (u -= probabilities[outcome]) > 0) outcome++;
            counts[outcome]++;
        }
        return new(ImmutableArray.Create(counts), 0, range, new($"{angle}"));
    }

    /// <summary>CERTIFY at (x, y) over drawn votes.</summary>
    public StageEvidence Certify(
        double x, double y, NoiseStream stream, SampleCounts counts, double alpha, string share = AlphaLedger.Expert)
    {
        AlphaLedger ledger = AlphaLedger.Of(alpha, new AlphaShare(share, alpha));
        (VoteCounts selection, VoteCounts estimation) =
            (Draw(x, y, stream, counts.SelectionRange), Draw(x, y, stream, counts.EstimationRange));
        return StageEvidence.Of(
            "toy", sigma, StageBounds.AtFixedCount(ledger, estimation, selection, stream), share);
    }

    // Φ(to) − Φ(from) without cancellation in either tail.
    private static double Mass(double from, double to) =>
        from > 0 ? Normal.Tail(from) - Normal.Tail(to) : Normal.Cdf(to) - Normal.Cdf(from);
}
