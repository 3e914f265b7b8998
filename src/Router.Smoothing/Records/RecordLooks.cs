
namespace Router.Smoothing.Records;

/// <summary>
/// Checks that the looks that decided a stage's bounds are looks at one sequence of votes. The first t draws hold at
/// most t votes, and so many at most of the
/// outcomes whose looks lie among them; likewise the draws after t. Without undecided votes a sequence exists exactly
/// where that holds; of bounds on F_k, where
/// each two of them agree. An undecided vote counts in every upper bound, so it is allowed for once in each but one.
/// </summary>
internal static class RecordLooks
{
    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
        {
            VotesRecord votes = stage.Estimation;
            Look[] looks = [.. stage.Bounds.Select(bound => Look.Of(votes, bound)).OrderBy(look => look.Draws)];
            bool nested = stage.Stage == RecordStages.Router && record.Routing.Kind == RecordRoutingKinds.Quantile;
            if ((nested ? NestedFault(looks, votes.Undecided) : DisjointFault(looks, votes)) is { } fault)
                faults.Add(
                    $"{stage.Stage} {stage.Id}: its bounds were not decided by looks at one sequence of votes: "
                    + $"{fault}");
        }
    }

    /// <summary>Of the first <paramref name="Draws"/> votes <paramref name="Hits"/> were on the outcomes, of those
    /// after them <paramref name="Left"/>.</summary>
    private readonly record struct Look(int LastOutcome, bool Upper, long Draws, long Hits, long Left)
    {
        public static Look Of(VotesRecord votes, BoundRecord bound)
        {
            bool upper = bound.Side == BoundKinds.Upper;
            long all = bound.Outcomes.Sum(outcome => votes.Counts[outcome]) + (upper ? votes.Undecided : 0);
            return new(bound.Outcomes[^1], upper, bound.Draws, bound.Successes, all - bound.Successes);
        }
    }

    // Outcomes exclude one another: votes on them add up.
    private static string? DisjointFault(Look[] looks, VotesRecord votes)
    {
        long hits = 0, uppers = 0;
        foreach (Look look in looks)
        {
            hits += look.Hits;
            uppers += look.Upper ? 1 : 0;
            if (hits > look.Draws + Math.Max(0, uppers - 1) * votes.Undecided)
                return $"{hits} votes of the first {look.Draws}";
        }
        (hits, uppers) = (0, 0);
        foreach (Look look in looks.Reverse())
        {
            hits += look.Left;
            uppers += look.Upper ? 1 : 0;
            if (hits > votes.Total - look.Draws + Math.Max(0, uppers - 1) * votes.Undecided)
                return $"{hits} votes of the {votes.Total - look.Draws} after {look.Draws}";
        }
        return null;
    }

    // 0+…+k holds all that 0+…+j holds for j < k: its votes are no fewer, but for what the other had more time to
    // collect.
    private static string? NestedFault(Look[] looks, long undecided)
    {
        Look[] rising = [.. looks.OrderBy(look => look.LastOutcome)];
        for (int i = 0; i < rising.Length; i++)
            foreach (Look outer in rising.Skip(i + 1))
            {
                Look inner = rising[i];
                long allowed = inner.Upper && !outer.Upper ? undecided : 0;
                if (inner.Hits > outer.Hits + Math.Max(0, inner.Draws - outer.Draws) + allowed
                    || inner.Left > outer.Left + Math.Max(0, outer.Draws - inner.Draws) + allowed)
                    return $"{inner.Hits} of {inner.Draws} on 0+…+{inner.LastOutcome} and "
                        + $"{outer.Hits} of {outer.Draws} on 0+…+{outer.LastOutcome}";
            }
        return null;
    }
}
