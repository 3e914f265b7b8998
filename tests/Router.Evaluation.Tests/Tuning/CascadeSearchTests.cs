using System.Collections.Immutable;
using Router.Evaluation.Tuning;
using Router.Votes;

namespace Router.Evaluation.Tests.Tuning;

/// <summary>Worlds in which the best cascade is known, for it was planted.</summary>
public sealed class CascadeSearchTests
{
    private const int Classes = 4, Count = 80, Draws = 200;
    private static readonly RadiusGrid Radii = new([0, 0.25, 0.5, 1, 1.5]);
    private static readonly ImmutableArray<int> Labels = [.. Enumerable.Range(0, Count).Select(i => i / 2 % Classes)];

    // Every other image is easy for σ = 1. On the rest it gives most votes to a wrong class, and σ = .25 is right.
    private static TuningVotes World(Func<int, double> confidenceWhereWrong, Func<int, int> wrongOf) =>
        VotesOfAWorld.Of(
            Labels, 10_000,
            new(VotesOfAWorld.Network("s100", 1m, Classes), Draws, [.. Enumerable.Range(0, Count).Select(i => i % 2 == 0
                ? Mixed(Labels[i], 190, 0.9, (Labels[i] + 1) % Classes, 0.9)
                : Mixed(wrongOf(i), 130, confidenceWhereWrong(i), Labels[i], 0.3))]),
            new(VotesOfAWorld.Network("s025", 0.25m, Classes), Draws, [.. Enumerable.Range(0, Count).Select(i =>
                i % 2 == 1 ? Mixed(Labels[i], 198, 0.9, (Labels[i] + 1) % Classes, 0.9)
                : Mixed(Labels[i], 150, 0.9, (Labels[i] + 1) % Classes, 0.9))]));

    private static IEnumerable<SampleVote> Mixed(int most, int count, double sure, int other, double otherSure) =>
        [.. VotesOfAWorld.Votes(count, most, sure), .. VotesOfAWorld.Votes(Draws - count, other, otherSure)];

    private static int WrongOf(int image) => (Labels[image] + 2) % Classes;

    private static CascadeSearch Search(TuningVotes world, TuningAim aim, int[]? images = null) => new(
        world, images ?? [.. Enumerable.Range(0, Count)], Radii, [0, 1], [[0, 1]], aim);

    [Fact]
    public void A_threshold_on_the_confidence_is_found_where_wrong_votes_are_unsure_ones()
    {
        CascadeSearch search = Search(World(_ => 0.55, WrongOf), TuningAim.OfShares.Least);
        (TunedCascade plain, double before) = search.Best(TuningFreedom.Mix);
        (TunedCascade tuned, double after) = search.Best(TuningFreedom.Pass);
        Assert.Equal(TunedCascade.Plain([0, 1]), plain);
        Assert.InRange(tuned.Pass[0], 111, 180); // above .55, where they err, up to .9, where they do not
        Assert.All(tuned.Thresholds, stage => Assert.Equal([TunedCascade.Half], stage));
        // At r = 0 the best expert alone keeps all images, the plain cascade those that σ = 1 keeps.
        Assert.Equal(Count / 2, search.Held(plain)[0]);
        Assert.Equal(Count, search.Held(tuned)[0]);
        Assert.True(before < 0.55 && after >= 0.99, $"{before} {after}");
        Assert.Equal(after, search.Score(tuned), 1e-12);
    }

    [Fact]
    public void A_threshold_of_one_class_is_found_where_wrong_votes_are_of_one_class()
    {
        // σ = 1 takes the other classes' hard images for class 3, with the confidence of right votes.
        TuningVotes world = World(_ => 0.9, _ => 3);
        CascadeSearch search = Search(world, TuningAim.OfShares.Mean);
        (_, double stages) = search.Best(TuningFreedom.Stages);
        (TunedCascade tuned, double classes) = search.Best(TuningFreedom.Classes);
        Assert.True(classes > stages + 0.02, $"{stages} {classes}");
        Assert.True(tuned.Thresholds[0][3] > tuned.Thresholds[0].RemoveAt(3).Max());
    }

    [Fact]
    public void Weights_decide_between_near_and_far()
    {
        // Wrong with certainty: whoever passes on there passes on everywhere.
        TuningVotes world = World(_ => 0.9, WrongOf);
        TunedCascade near = Search(world, new TuningAim.OfAccuracy([1, 0, 0, 0, 0])).Best(TuningFreedom.Stages).Cascade;
        TunedCascade far = Search(world, new TuningAim.OfAccuracy([0, 0, 0, 0, 1])).Best(TuningFreedom.Stages).Cascade;
        CascadeSearch judge = Search(world, TuningAim.OfShares.Least);
        Assert.True(judge.Held(near)[0] > judge.Held(far)[0]);
        Assert.True(judge.Held(far)[^1] > judge.Held(near)[^1]);
    }

    [Fact]
    public void A_search_tells_how_many_cascades_it_scored_and_repeats_itself()
    {
        TuningVotes world = World(_ => 0.55, WrongOf);
        CascadeSearch one = Search(world, TuningAim.OfShares.Least), again = Search(world, TuningAim.OfShares.Least);
        Assert.Equal(one.Best(TuningFreedom.Stages), again.Best(TuningFreedom.Stages));
        Assert.Equal(one.Tried, again.Tried);
        Assert.True(one.Tried > 500);
    }

    [Fact]
    public void The_front_has_what_nothing_that_was_tried_beats()
    {
        ShareFront front = new();
        CascadeSearch search = new(
            World(_ => 0.9, WrongOf), [.. Enumerable.Range(0, Count)], Radii, [0, 1], [[0, 1]], TuningAim.OfShares.Mean)
        {
            Front = front,
        };
        (TunedCascade best, _) = search.Best(TuningFreedom.Stages);
        ImmutableArray<ShareFront.Point> points = front.Spaced(0);
        (_, double mean) = TuningAim.Shares(search.Held(best), search.Envelope);
        Assert.Equal(mean, points.Max(point => point.Mean), 1e-12);
        Assert.Equal(points.OrderByDescending(point => point.Mean), points);
        Assert.All(points, point =>
            Assert.Equal((point.Least, point.Mean), TuningAim.Shares(search.Held(point.Cascade), search.Envelope)));
    }

    [Fact]
    public void What_chance_made_better_is_not_better_on_the_images_it_has_not_seen()
    {
        // Labels that votes know nothing of.
        TuningVotes world = VotesOfAWorld.Of(
            [.. Enumerable.Range(0, Count).Select(i => i * 31 % 7 % Classes)], 10_000,
            VotesOfAWorld.Random("s100", 1m, Classes, Count, Draws, 5),
            VotesOfAWorld.Random("s025", 0.25m, Classes, Count, Draws, 6));
        TuningAim.OfAccuracy aim = new([1, 0, 0, 0, 0]);
        ImmutableArray<ImmutableArray<int>> parts =
            CrossValidation.Parts([.. Enumerable.Range(0, Count)], 5, seed: 0);
        CascadeSearch all = Search(world, aim);
        double seen = all.Best(TuningFreedom.Classes).Score;
        (double[] held, long tried) = CrossValidation.Held(
            parts, Radii.Length, images => Search(world, aim, images), TuningFreedom.Classes);
        Assert.True(aim.Of(held, all.Envelope, Count) < seen - 0.05, $"{held[0]} of {Count}, {seen}");
        Assert.True(tried > 0);
    }

    [Fact]
    public void Parts_hold_every_image_once_and_depend_on_seed_and_image_alone()
    {
        ImmutableArray<int> images = [.. Enumerable.Range(0, 50).Select(i => 20 * i)];
        ImmutableArray<ImmutableArray<int>> parts = CrossValidation.Parts(images, 5, seed: 1);
        Assert.Equal(Enumerable.Range(0, 50), parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.Equal(10, part.Length));
        ImmutableArray<int> turned = [.. images.Reverse()];
        Assert.Equal(
            parts.Select(part => part.Select(place => images[place]).Order().ToArray()),
            CrossValidation.Parts(turned, 5, seed: 1)
                .Select(part => part.Select(place => turned[place]).Order().ToArray()));
        Assert.NotEqual(parts[0].ToArray(), CrossValidation.Parts(images, 5, seed: 2)[0].ToArray());
    }
}
