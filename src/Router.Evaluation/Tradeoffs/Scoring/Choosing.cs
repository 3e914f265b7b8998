using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// Picks a system for stated wishes. Whichever of many systems does best on some images did so by luck in part: it is picked on one half of them and
/// reported on the other.
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
    public (ScoredSystem System, StudyChoice Choice)? Of(IReadOnlyList<ScoredSystem> systems)
    {
        ScoredSystem[] allowed = [.. systems.Where(system => system.IsAttained && (maxCost is not { } most || system.MeanCost.Samples <= most))];
        if (allowed.Length == 0) return null;
        int[] order = [.. Enumerable.Range(0, study.Images.Length).OrderBy(i => Draw(study.Images[i]), StringComparer.Ordinal)];
        int[] first = order[..(order.Length / 2)], second = order[(order.Length / 2)..];
        // Of equals the one that costs least.
        ScoredSystem chosen = allowed.OrderByDescending(system => first.Average(i => Score(system, i))).ThenBy(system => system.MeanCost.Samples ?? 0).First();
        Shares shares = new(second.Length, study.Alpha);
        ScoredSystem[] others = [.. allowed.Where(system => system != chosen)];
        double z = others.Length == 0 ? 0 : -new Probability(Outside / 2 / others.Length, 1 - Outside / 2 / others.Length).Quantile;
        return (chosen, new(
            wishes, maxCost, chosen.Name, allowed.Length, first.Length, second.Length, second.Average(i => Score(chosen, i)),
            shares.At(wishes.Select(wish => wish.Radius), radius => second.Count(i => chosen.Holds(i, study.Labels[i], radius))),
            [.. others.Select(other => Difference(chosen, other, second, z)).OrderBy(difference => difference.Difference)]));
    }

    private double Score(ScoredSystem system, int image) => wishes.Sum(wish => system.Holds(image, study.Labels[image], wish.Radius) ? wish.Weight : 0);

    // Paired over images; normal, at a Bonferroni part of what may lie outside.
    private StudyDifference Difference(ScoredSystem chosen, ScoredSystem other, int[] images, double z)
    {
        double[] differences = [.. images.Select(i => Score(chosen, i) - Score(other, i))];
        double mean = differences.Average(), variance = differences.Sum(difference => (difference - mean) * (difference - mean)) / Math.Max(1, differences.Length - 1);
        double reach = z * Math.Sqrt(variance / differences.Length);
        return new(other.Name, mean, mean - reach, mean + reach);
    }

    // The halves depend on the seed and the image alone: another log of the same images is split alike.
    private string Draw(int image) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {image}")));
}
