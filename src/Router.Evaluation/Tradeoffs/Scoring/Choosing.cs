using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// Picks a system for stated wishes. Whichever of many systems does best on some images did so by luck in part: it is
/// picked on one half of them and reported on the other.
/// </summary>
/// <param name="study">The images.</param>
/// <param name="wishes">Weights by radius, which sum to 1.</param>
/// <param name="maxCost">The largest mean number of samples per image; null for any.</param>
/// <param name="seed">Which images fall in which half.</param>
internal sealed class Choosing(Study study, ImmutableArray<StudyWish> wishes, double? maxCost, ulong seed)
{
    // Together, for all differences.
    private const double Outside = 0.05;

    /// <summary>The choice; null where no system is cheap enough.</summary>
    /// <param name="systems">All of the study.</param>
    public StudyChoice? Of(IReadOnlyList<ScoredSystem> systems)
    {
        (ScoredSystem System, double[] Scores)[] allowed =
        [
            .. systems.Where(system => system.IsAttained && (maxCost is not { } most
                || system.MeanCost.Samples <= most)).Select(system => (system, ScoresOf(system))),
        ];
        if (allowed.Length == 0) return null;
        int[] order =
            [.. Enumerable.Range(0, study.Images.Length).OrderBy(i => Draw(study.Images[i]), StringComparer.Ordinal)];
        int[] first = order[..(order.Length / 2)], second = order[(order.Length / 2)..];
        // Of equals the one that costs least.
        (ScoredSystem chosen, double[] scores) = allowed.OrderByDescending(system =>
            first.Average(i => system.Scores[i])).ThenBy(system => system.System.MeanCost.Samples ?? 0).First();
        Shares shares = new(second.Length, study.Alpha);
        (ScoredSystem System, double[] Scores)[] others = [.. allowed.Where(system => system.System != chosen)];
        double z = others.Length == 0
            ? 0
            : -new Probability(Outside / 2 / others.Length, 1 - Outside / 2 / others.Length).Quantile;
        return new(
            wishes, maxCost, chosen.Name, allowed.Length, first.Length, second.Length, second.Average(i => scores[i]),
            shares.At(
                wishes.Select(wish => wish.Radius),
                radius => second.Count(i => chosen.Holds(i, study.Labels[i], radius))),
            [.. others.Select(other => Difference(other.System.Name, [
                .. second.Select(i => scores[i] - other.Scores[i])], z)).OrderBy(difference => difference.Difference)]);
    }

    private double[] ScoresOf(ScoredSystem system) =>
        [.. study.Labels.Select((label, i) =>
            wishes.Sum(wish => system.Holds(i, label, wish.Radius) ? wish.Weight : 0))];

    // Paired over images; normal, at a Bonferroni part of what may lie outside.
    private static StudyDifference Difference(string other, double[] differences, double z)
    {
        double mean = differences.Average(), variance = differences.Sum(
            difference => (difference - mean) * (difference - mean)) / Math.Max(1, differences.Length - 1);
        double reach = z * Math.Sqrt(variance / differences.Length);
        return new(other, mean, mean - reach, mean + reach);
    }

    // The halves depend on the seed and the image alone: another log of the same images is split alike.
    private string Draw(int image) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {image}")));
}
