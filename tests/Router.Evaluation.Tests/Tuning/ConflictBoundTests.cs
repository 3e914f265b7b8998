using System.Collections.Immutable;
using Router.Evaluation.Tuning;
using Router.Votes.Noise;

namespace Router.Evaluation.Tests.Tuning;

public sealed class ConflictBoundTests
{
    private const int Classes = 3;
    private static readonly double[] Radii = [0, 0.25, 0.5, 1];

    private static (TuningVotes World, ImmutableArray<int> Labels) World(int images, ulong seed)
    {
        ImmutableArray<int> labels = [.. Enumerable.Range(0, images).Select(i => i * 5 % Classes)];
        return (VotesOfAWorld.Of(
            labels, 1000, VotesOfAWorld.Random("s100", 1m, Classes, images, 150, seed),
            VotesOfAWorld.Random("s025", 0.25m, Classes, images, 150, seed + 100)), labels);
    }

    private static StageMargins[] Margins(TuningVotes world, params int[] pass) =>
        [.. pass.SelectMany(theta => new[] { world.BestMargins(0, theta), world.BestMargins(1, theta) })];

    // D(x, y), as it is written down: the least over wrong classes of both.
    private static double Distance(StageMargins[] votes, ImmutableArray<int> labels, int x, int y, bool alike)
    {
        IEnumerable<(int OfX, int OfY)> wrong =
            from a in Enumerable.Range(0, Classes)
            from e in Enumerable.Range(0, Classes)
            where alike ? a != labels[x] && e != labels[y]
                : labels[x] != labels[y] && a == labels[y] && e == labels[x]
            select (a, e);
        return wrong.Select(pair => votes.Max(stage => Math.Max(
            stage.Lower[x] - stage.Upper[y * Classes + pair.OfY],
            stage.Lower[y] - stage.Upper[x * Classes + pair.OfX]))).DefaultIfEmpty(double.PositiveInfinity).Min();
    }

    // Every way of giving each image none of the radii, or one of them, or half of an image each time two.
    private static double Exhaustive(
        StageMargins[] votes, ImmutableArray<int> labels, double[] weights, bool alike, bool halves)
    {
        int images = labels.Length, levels = Radii.Length + 1;
        double best = 0;
        int[] kept = new int[2 * images];
        (int X, int Y, int K, int L)[] conflicts =
        [
            .. from x in Enumerable.Range(0, images)
               from y in Enumerable.Range(0, x + 1)
               let distance = Distance(votes, labels, x, y, alike)
               from k in Enumerable.Range(0, Radii.Length)
               from l in Enumerable.Range(0, Radii.Length)
               where distance < Radii[k] + Radii[l] - 1e-9
               select (x, y, k, l),
        ];
        for (long code = 0; code < (long)Math.Pow(levels, halves ? 2 * images : images); code++)
        {
            long rest = code;
            for (int i = 0; i < images; i++)
            {
                (kept[2 * i], rest) = ((int)(rest % levels), rest / levels);
                if (halves) (kept[2 * i + 1], rest) = ((int)(rest % levels), rest / levels);
                else kept[2 * i + 1] = kept[2 * i];
            }
            if (Allowed(kept))
                best = Math.Max(best, kept.Sum(count => weights.Take(count).Sum()) / 2);
        }
        return best;

        // An image is in conflict with itself, or it is not: no half of it.
        bool Allowed(int[] kept)
        {
            foreach ((int x, int y, int k, int l) in conflicts)
                if (x == y ? k == l && Of(x, k) > 0 : Of(x, k) + Of(y, l) > 1) return false;
            return true;

            double Of(int image, int radius) =>
                ((kept[2 * image] > radius ? 1 : 0) + (kept[2 * image + 1] > radius ? 1 : 0)) / 2.0;
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    public void The_bound_is_the_best_of_all_halves_and_no_rule_has_more(ulong seed, bool alike)
    {
        (TuningVotes world, ImmutableArray<int> labels) = World(4, seed);
        StageMargins[] votes = Margins(world, 0);
        double[] weights = [1, 0.5, 0.75, 2];
        ConflictBound bound = new(votes, labels, [0, 1, 2, 3], Radii, alike);
        (double most, double[] held) = bound.Of(weights);
        Assert.Equal(Exhaustive(votes, labels, weights, alike, halves: true), most, 1e-9);
        Assert.True(most >= Exhaustive(votes, labels, weights, alike, halves: false) - 1e-9);
        Assert.True(most < 4 * weights.Sum() - 0.4, "no images are in conflict here");
        Assert.Equal(most, held.Zip(weights, (count, weight) => count * weight).Sum(), 1e-9);
    }

    [Fact]
    public void Conflicts_matter_in_these_worlds()
    {
        // Were it not so, the tests above would hold for a bound that sees no conflict.
        (TuningVotes world, ImmutableArray<int> labels) = World(40, 1);
        ConflictBound bound = new(Margins(world, 0), labels, [.. Enumerable.Range(0, 40)], Radii, alike: true);
        Assert.InRange(bound.Of([1, 0, 0, 0]).Bound, 1, 39);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_cascade_keeps_more_than_the_bound(bool byClass)
    {
        const int Count = 40;
        int[] images = [.. Enumerable.Range(0, Count)];
        NoiseStream random = new(3, 0);
        for (int world = 0; world < 6; world++)
        {
            (TuningVotes votes, ImmutableArray<int> labels) = World(Count, (ulong)(10 + world));
            double[] envelope = CascadeSearch.EnvelopeOf(votes, images, new(Radii), [0, 1]);
            ConflictBound bound = new(Margins(votes, 0, 60, 100), labels, images, Radii, alike: !byClass);
            (double least, double mean) = (bound.LeastShare(envelope), bound.MeanShare(envelope));
            double?[] each = bound.ShareAt(envelope);
            for (int tried = 0; tried < 60; tried++)
            {
                int Drawn(int place) => (int)(random.Uniform(100 * world + tried, place) % 199) + 1;
                TunedCascade cascade = new([0, 1], [Drawn(0) % 2 * 60, Drawn(1) % 2 * 100], byClass
                    ? [[Drawn(2), Drawn(3), Drawn(4)], [100]]
                    : [[Drawn(2)], [100]]);
                double[] held = new double[Radii.Length];
                new CascadeTrial(votes, images, new(Radii), cascade).Held(held);
                (double leastOf, double meanOf) = TuningAim.Shares(held, envelope);
                Assert.True(leastOf <= least + 1e-9 && meanOf <= mean + 1e-9, $"{leastOf} {least} {meanOf} {mean}");
                for (int r = 0; r < Radii.Length; r++)
                    Assert.True(each[r] is not { } share || held[r] <= share * envelope[r] + 1e-6);
            }
        }
    }

    [Fact]
    public void The_least_share_is_bounded_by_less_than_each_radius_alone()
    {
        (TuningVotes votes, ImmutableArray<int> labels) = World(60, 4);
        int[] images = [.. Enumerable.Range(0, 60)];
        double[] envelope = CascadeSearch.EnvelopeOf(votes, images, new(Radii), [0, 1]);
        ConflictBound bound = new(Margins(votes, 0), labels, images, Radii, alike: true);
        double least = bound.LeastShare(envelope);
        Assert.True(least <= bound.ShareAt(envelope).Min() + 1e-9);
        Assert.True(least <= bound.MeanShare(envelope) + 1e-9);
    }
}
