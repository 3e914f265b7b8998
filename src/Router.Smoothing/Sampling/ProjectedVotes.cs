using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Sampling;

/// <summary>How the votes of a stage could go on.</summary>
internal static class ProjectedVotes
{
    /// <summary>Every vote that is left falls on one outcome.</summary>
    public static VoteCounts AllOn(int outcome, StageBounds bounds)
    {
        long left = bounds.Planned - bounds.Drawn;
        return With(bounds, left, k => k == outcome ? left : 0, undecided: 0);
    }

    /// <summary>Up to <paramref name="draws"/>, votes fall like those of selection and estimation so far.</summary>
    public static VoteCounts AsSoFar(StageBounds bounds, long draws) =>
        Like(bounds, draws, k => bounds.Selection.Counts[k] + bounds.Estimation.Counts[k]);

    /// <summary>
    /// Up to the last draw, votes fall on an outcome as often as an upper bound at <paramref name="error"/> allows.
    /// </summary>
    public static VoteCounts AtBest(int outcome, StageBounds bounds, double error)
    {
        VoteCounts seen = bounds.Estimation;
        long favourable = bounds.Selection.Counts[outcome];
        Probability share = new BoundFamily.Mixture()
            .Of(error, bounds.Planned, bounds.Stream, favourable, bounds.Selection.Total - favourable)
            .Upper(seen.Counts[outcome], seen.Total);
        double others = Math.Max(1, seen.Total - seen.Counts[outcome]);
        return Like(
            bounds, bounds.Planned, k => k == outcome ? share.Value : share.Complement * seen.Counts[k] / others);
    }

    // Cumulative shares are rounded, so that all of them add up. What is on no outcome is undecided.
    private static VoteCounts Like(StageBounds bounds, long draws, Func<int, double> weight)
    {
        long left = draws - bounds.Drawn, before = 0;
        int outcomes = bounds.OutcomeCount;
        double total = Math.Max(double.Epsilon, Enumerable.Range(0, outcomes).Sum(weight)), sum = 0;
        long[] added = new long[outcomes];
        for (int k = 0; k < outcomes; k++)
        {
            long until = (long)Math.Round(left * Math.Min(1, (sum += weight(k)) / total));
            (added[k], before) = (until - before, until);
        }
        return With(bounds, left, k => added[k], left - before);
    }

    private static VoteCounts With(StageBounds bounds, long left, Func<int, long> added, long undecided)
    {
        VoteCounts seen = bounds.Estimation;
        return new(
            [.. seen.Counts.Select((count, k) => count + added(k))], seen.Undecided + undecided,
            new(seen.Range.From, seen.Range.To + left), seen.FunctionId);
    }
}
