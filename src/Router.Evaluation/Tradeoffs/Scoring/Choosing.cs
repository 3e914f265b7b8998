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
/// <param name="maxCost">The largest mean number of samples per image of the first half; null for any.</param>
/// <param name="seed">Which images fall in which half.</param>
internal sealed class Choosing(Study study, ImmutableArray<StudyWish> wishes, double? maxCost, ulong seed)
{
    // Together, for all differences.
    private const double Outside = 0.05;

    /// <summary>Fewer images cannot be split into halves that say anything.</summary>
    public const int FewestImages = 20;

    /// <summary>The choice among at least <see cref="FewestImages"/>; null where no system is cheap enough.</summary>
    /// <param name="systems">All of the study.</param>
    public StudyChoice? Of(IReadOnlyList<ScoredSystem> systems)
    {
        int[] order =
            [.. Enumerable.Range(0, study.Images.Length).OrderBy(i => Draw(study.Images[i]), StringComparer.Ordinal)];
        int[] first = order[..(order.Length / 2)], second = order[(order.Length / 2)..];
        (ScoredSystem System, double[] Scores, double? Samples)[] allowed =
        [
            .. systems.Where(system => system.IsAttained)
                .Select(system => (system, ScoresOf(system), system.CostOf(first).Samples))
                .Where(system => maxCost is not { } most || system.Samples <= most),
        ];
        if (allowed.Length == 0) return null;
        // Of equals the one that costs least.
        (ScoredSystem chosen, double[] scores, _) = allowed.OrderByDescending(system =>
            first.Average(i => system.Scores[i])).ThenBy(system => system.Samples ?? 0).First();
        Shares shares = new(second.Length, study.Alpha);
        ScoredSystem[] others =
            [.. allowed.Select(system => system.System).Where(system => system != chosen)];
        return new(
            wishes, maxCost, chosen.Name, allowed.Length, first.Length, second.Length,
            second.Average(i => scores[i]),
            shares.At(
                wishes.Select(wish => wish.Radius),
                radius => second.Count(i => chosen.Holds(i, study.Labels[i], radius))),
            [.. others.Select(other => Difference(chosen, other, second, Outside / others.Length))
                .OrderBy(difference => difference.Difference)])
        {
            Samples = chosen.CostOf(second).Samples,
        };
    }

    private double[] ScoresOf(ScoredSystem system) =>
        [.. study.Labels.Select((label, i) =>
            wishes.Sum(wish => system.Holds(i, label, wish.Radius) ? wish.Weight : 0))];

    // Paired over images: P[won] − P[lost] at each radius, where an image is won that the chosen system alone holds,
    // and lost that the other one alone does. Clopper–Pearson bounds on both, two to each end, hold together at all
    // radii but for what may lie outside. (A normal interval has no width where images that differ are so few that none
    // is here.)
    private StudyDifference Difference(ScoredSystem chosen, ScoredSystem other, int[] images, double outside)
    {
        double part = outside / (4 * wishes.Length), difference = 0, low = 0, high = 0;
        foreach (StudyWish wish in wishes)
        {
            bool Holds(ScoredSystem system, int i) => system.Holds(i, study.Labels[i], wish.Radius);
            int won = images.Count(i => Holds(chosen, i) && !Holds(other, i)),
                lost = images.Count(i => Holds(other, i) && !Holds(chosen, i));
            difference += wish.Weight * (won - lost) / images.Length;
            low += wish.Weight * (Lower(won) - Upper(lost));
            high += wish.Weight * (Upper(won) - Lower(lost));
        }
        return new(other.Name, difference, low, high);

        double Lower(int count) => ClopperPearson.Lower(count, images.Length, part).Value;
        double Upper(int count) => ClopperPearson.Upper(count, images.Length, part).Value;
    }

    // The halves depend on the seed and the image alone: another log of the same images is split alike.
    private string Draw(int image) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {image}")));
}
