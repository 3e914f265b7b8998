using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Sampling;

/// <summary>What is assumed about the draws that are left.</summary>
internal enum Assumption
{
    /// <summary>There are none.</summary>
    NoMore,

    /// <summary>They fall like those so far; of a voter that has not voted, unanimously.</summary>
    AsSoFar,

    /// <summary>They fall as well as they may but for the error of giving up.</summary>
    AtBest,

    /// <summary>They fall unanimously.</summary>
    Unanimous,
}

/// <summary>How the votes of a stage could go on.</summary>
internal static class ProjectedVotes
{
    /// <summary>Every vote that is left falls on one outcome.</summary>
    public static VoteCounts AllOn(int outcome, StageBounds bounds)
    {
        long left = bounds.Planned - bounds.Drawn;
        return With(bounds, left, k => k == outcome ? left : 0, passed: 0, undecided: 0);
    }

    /// <summary>Up to <paramref name="draws"/>, votes fall like those of selection and estimation so far.</summary>
    public static VoteCounts AsSoFar(StageBounds bounds, long draws) =>
        Like(bounds, draws, k => On(k, bounds.Selection) + On(k, bounds.SoFar));

    /// <summary>
    /// Up to the last draw, votes fall on an outcome as often as an upper bound at <paramref name="error"/> allows.
    /// </summary>
    public static VoteCounts AtBest(int outcome, StageBounds bounds, double error) =>
        Sharing(outcome, bounds, Bound(outcome, bounds, error).Upper(bounds.SoFar.Counts[outcome], bounds.Drawn));

    /// <summary>
    /// Up to the last draw, votes fall on an outcome as seldom as a lower bound at <paramref name="error"/> allows.
    /// </summary>
    public static VoteCounts AtLeast(int outcome, StageBounds bounds, double error) =>
        Sharing(outcome, bounds, Bound(outcome, bounds, error).Lower(bounds.SoFar.Counts[outcome], bounds.Drawn));

    private static BetaMixture Bound(int outcome, StageBounds bounds, double error)
    {
        long favourable = bounds.Selection.Counts[outcome];
        return new BoundFamily.Mixture().Of(
            error, bounds.Planned, bounds.Stream, favourable, bounds.Selection.Total - favourable);
    }

    private static VoteCounts Sharing(int outcome, StageBounds bounds, Probability share)
    {
        VoteCounts seen = bounds.SoFar;
        double others = Math.Max(1, seen.Total - seen.Counts[outcome]);
        return Like(
            bounds, bounds.Planned, k => k == outcome ? share.Value : share.Complement * On(k, seen) / others);
    }

    // Behind the outcomes stands ⊥: a network that passes will go on to pass, and what a class does not get need not be
    // another's.
    private static long On(int k, VoteCounts votes) => k < votes.Counts.Length ? votes.Counts[k] : votes.Passed;

    // Cumulative shares are rounded, so that all of them add up. What is on no outcome and no pass is undecided.
    private static VoteCounts Like(StageBounds bounds, long draws, Func<int, double> weight)
    {
        long left = draws - bounds.Drawn, before = 0;
        int answers = bounds.OutcomeCount + 1;
        double total = Math.Max(double.Epsilon, Enumerable.Range(0, answers).Sum(weight)), sum = 0;
        long[] added = new long[answers];
        for (int k = 0; k < answers; k++)
        {
            long until = (long)Math.Round(left * Math.Min(1, (sum += weight(k)) / total));
            (added[k], before) = (until - before, until);
        }
        return With(bounds, left, k => added[k], added[^1], left - before);
    }

    private static VoteCounts With(StageBounds bounds, long left, Func<int, long> added, long passed, long undecided)
    {
        VoteCounts seen = bounds.SoFar;
        return new(
            [.. seen.Counts.Select((count, k) => count + added(k))], seen.Undecided + undecided,
            new(seen.Range.From, seen.Range.To + left), seen.FunctionId, seen.Passed + passed);
    }
}
