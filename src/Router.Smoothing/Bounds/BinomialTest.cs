
namespace Router.Smoothing.Bounds;

/// <summary>
/// The exact binomial test by which PREDICT (Cohen, Rosenfeld, Kolter 2019) tells a top class from its runner-up.
/// </summary>
public static class BinomialTest
{
    /// <summary>
    /// The two-sided p-value for probability ½, min(1, 2·P[X ≥ larger]) with X ~ Bin(total, ½): what
    /// scipy.stats.binomtest(larger, total, 0.5) reports. Rounded up by at most a relative 2e-12, except that
    /// 2^(1−total), where one side has all, is exact.
    /// </summary>
    /// <param name="larger">The larger of the two counts, ⌈total/2⌉ … total.</param>
    /// <param name="total">The sum of the two counts, 0 … 10⁹. A test of no draws has p-value 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double TwoSidedAtHalf(long larger, long total)
    {
        if (total is < 0 or > ClopperPearson.MaxDraws)
            throw new ArgumentOutOfRangeException(
                nameof(total), total, $"the number of draws lies in [0, {ClopperPearson.MaxDraws}]");
        if (larger > total || larger < total - larger)
            throw new ArgumentOutOfRangeException(
                nameof(larger), larger,
                $"the larger of two counts that add up to {total} lies in [{total - total / 2}, {total}]");
        if (larger - (total - larger) <= 1)
            return 1;
        if (larger == total)
            return Math.ScaleB(1, (int)(1 - total));
        double twice = 2 * Math.Exp(BinomialTail.AtLeast(larger, total, 0.5, 0.5).LnProbability);
        return Math.Min(1, twice * (1 + ClopperPearson.Safety));
    }
}
