using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tests.Tradeoffs;

public sealed class ChoosingTests : IDisposable
{
    private const int Images = 400;
    private readonly StudyFolder _folder = new();

    public ChoosingTests()
    {
        // σ = .25 is right on nine of ten images out to .5, σ = 1 on four of ten out to 1.5.
        _folder.Log("sigma_0.25", [.. Enumerable.Range(0, Images).Select(i => $"{i} 1 {(i % 10 == 9 ? 2 : 1)} 0.5")]);
        _folder.Log("sigma_1.00", [.. Enumerable.Range(0, Images).Select(i => $"{i} 1 {(i % 10 < 4 ? 1 : 2)} 1.5")]);
    }

    public void Dispose() => _folder.Dispose();

    private TradeoffDocument Study(ulong seed, params (double Radius, double Weight)[] wishes) =>
        _folder.Study(request =>
            request with { Wishes = [.. wishes.Select(wish => new StudyWish(wish.Radius, wish.Weight))], Seed = seed });

    [Fact]
    public void What_is_wanted_decides_and_only_attained_systems_are_considered()
    {
        Assert.Equal("s025", Study(1, (0.25, 1)).Choice!.Chosen);
        StudyChoice far = Study(1, (0.25, 0.2), (1, 0.8)).Choice!;
        Assert.Equal(("s100", 2), (far.Chosen, far.Considered)); // the oracle and the envelope are nobody's
    }

    [Fact]
    public void The_choice_is_reported_on_the_images_it_was_not_made_on()
    {
        StudyChoice choice = Study(5, (0, 0.5), (0.5, 0.5)).Choice!;
        Assert.Equal((Images / 2, Images / 2), (choice.ChosenOn, choice.ReportedOn));
        // Nine of ten over all: the other half has what the first has not.
        Assert.InRange(choice.Score, 0.84, 0.96);
        Assert.Equal(choice.Score, choice.Accuracy.Average(at => at.Share), 1e-12);
        Assert.All(choice.Accuracy, at => Assert.True(at.Low < at.Share && at.Share < at.High));
        // another seed, other halves
        Assert.True(Enumerable.Range(0, 5).Select(seed => Study((ulong)seed, (0, 1)).Choice!.Score).Distinct()
            .Count() > 1);
        Assert.Equal(Study(6, (0, 1)).Choice!.Score, Study(6, (0, 1)).Choice!.Score);
    }

    [Fact]
    public void Differences_are_paired()
    {
        StudyDifference other = Assert.Single(Study(5, (0.25, 1)).Choice!.Against);
        Assert.Equal("s100", other.System);
        // They differ on five of ten images, always the same way.
        Assert.InRange(other.Difference, 0.4, 0.6);
        int n = Images / 2, won = (int)Math.Round(other.Difference * n);
        // Of no image lost the upper bound u has (1 − u)^n = .05/4, since each end has two bounds.
        Assert.Equal(
            ClopperPearson.Lower(won, n, 0.05 / 4).Value - (1 - Math.Pow(0.05 / 4, 1.0 / n)), other.Low, 1e-9);
        Assert.Equal(ClopperPearson.Upper(won, n, 0.05 / 4).Value, other.High, 1e-9);
        // Were images of the two systems not paired, both shares would be uncertain.
        Assert.True(other.High - other.Low < 2 * (1.96 * 2 * Math.Sqrt(0.25 / n)));
    }

    // What no reported image shows may still be: where one of n images differs, 37 % of samples of n have none.
    [Fact]
    public void Systems_that_agree_on_every_reported_image_may_differ_elsewhere()
    {
        // right on the same images, to the same radius
        _folder.Log("sigma_0.50", [.. Enumerable.Range(0, Images).Select(i => $"{i} 1 {(i % 10 == 9 ? 2 : 1)} 0.5")]);
        StudyChoice choice = Study(5, (0.25, 1)).Choice!;
        StudyDifference same = choice.Against[0];
        Assert.Equal(0, same.Difference);
        // Two others are compared.
        double unseen = 1 - Math.Pow(0.05 / 2 / 4, 2.0 / Images);
        Assert.Equal(-unseen, same.Low, 1e-9);
        Assert.Equal(unseen, same.High, 1e-9);
        // At two radii each has half of that.
        unseen = 1 - Math.Pow(0.05 / 2 / 8, 2.0 / Images);
        Assert.Equal(unseen, Study(5, (0.25, 0.7), (0.5, 0.3)).Choice!.Against.MinBy(other => other.High)!.High, 1e-9);
    }

    [Fact]
    public void Fewer_than_twenty_images_leave_nothing_to_choose_on()
    {
        Assert.Contains("19 are there, accepted are 20 or more", Assert.Throws<BadInputException>(() => _folder.Study(
            request => request with { Wishes = [new(0, 1)], Wanted = i => i < 19 })).Message, StringComparison.Ordinal);
        StudyChoice choice = _folder.Study(
            request => request with { Wishes = [new(0, 1)], Wanted = i => i < 20 }).Choice!;
        Assert.Equal((10, 10), (choice.ChosenOn, choice.ReportedOn));
        // Of one image nothing can be chosen, and there is still a study.
        Assert.Null(_folder.Study(request => request with { Wanted = i => i < 1 }).Choice);
    }

    [Fact]
    public void A_cost_that_nothing_is_known_to_keep_leaves_nothing_to_choose() => Assert.Contains(
        "no system is known to take at most 10 samples per image",
        Assert.Throws<BadInputException>(() => _folder.Study(
            request => request with { Wishes = [new(0, 1)], MaxCost = 10 })).Message, StringComparison.Ordinal);

    [Fact]
    public void The_front_holds_what_no_other_system_beats()
    {
        // worse than σ = 1 at .25 and at 1
        _folder.Log("sigma_0.50", [.. Enumerable.Range(0, Images).Select(i => $"{i} 1 {(i % 10 < 3 ? 1 : 2)} 1.2")]);
        StudyFront front = _folder.Study().Front!;
        Assert.Equal((0.25, 1.0), (front.First, front.Second));
        Assert.Equal(["s025", "s100"], front.Systems);
    }

    [Fact]
    public void Wished_radii_join_the_grid()
    {
        ImmutableArray<double> radii = Study(1, (0.33, 1)).Radii;
        Assert.Contains(0.33, radii);
        Assert.Equal(radii.Order(), radii);
    }
}
