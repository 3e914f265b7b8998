using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>Who voted alike on the same samples, and who is to be believed.</summary>
internal static class Opinions
{
    /// <summary>Groups those whose votes are equal, the most first; among as many, who came first.</summary>
    /// <param name="voters">Who voted.</param>
    /// <param name="votesOf">What.</param>
    public static T[][] Of<T>(IEnumerable<T> voters, Func<T, VoteCounts> votesOf)
    {
        List<List<T>> opinions = [];
        foreach (T voter in voters)
            if (opinions.Find(opinion => AreEqual(votesOf(opinion[0]), votesOf(voter))) is { } same) same.Add(voter);
            else opinions.Add([voter]);
        return [.. opinions.OrderByDescending(opinion => opinion.Count).Select(opinion => opinion.ToArray())];
    }

    /// <summary>Two or more that are alike, and more than any others; null where there are none.</summary>
    /// <param name="opinions">The most first.</param>
    public static T[]? Majority<T>(T[][] opinions) =>
        opinions is [{ Length: >= 2 } most, .. var others] && Array.TrueForAll(others, one => one.Length < most.Length)
            ? most : null;

    private static bool AreEqual(VoteCounts one, VoteCounts other) => one.Undecided == other.Undecided
        && one.Passed == other.Passed && one.Counts.AsSpan().SequenceEqual(other.Counts.AsSpan());
}
