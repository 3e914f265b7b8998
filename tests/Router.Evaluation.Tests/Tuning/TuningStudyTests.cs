using System.Collections.Immutable;
using Router.Evaluation.Tuning;

namespace Router.Evaluation.Tests.Tuning;

public sealed class TuningStudyTests : IDisposable
{
    private readonly RecordedWorld _world = new();

    public void Dispose() => _world.Dispose();

    private async Task<TuningDocument> Tuned(Func<TuningRequest, TuningRequest> with) => TuningStudy.Of(
        with(RecordedWorld.Request(
            await _world.RecordAsync("chosen", 0, 60, 128), await _world.RecordAsync("reported", 100, 50, 400))),
        _ => { });

    [Fact]
    public async Task What_is_chosen_holds_on_images_that_nothing_was_chosen_on_beside_what_it_was_made_from()
    {
        TuningDocument found = await Tuned(request => request with { BoundImages = 30 });
        Assert.Equal(["s100", "s025"], found.Chosen.Stages.Select(stage => stage.Id));
        Assert.InRange(found.Chosen.Stages[0].Pass, 0.505m, 0.9m); // between unsure and sure
        Assert.Equal(
            ["s100 single", "s025 single", $"{found.Chosen.Name} chosen", "s100 τ .5 > s025 plain"],
            found.Report!.Systems.Take(4).Select(system => $"{system.Name} {system.Role}"));
        ReportedSystem chosen = found.Report.Systems[2], plain = found.Report.Systems[3];
        Assert.Equal(found.Rounds.Select(round => round.Best.Name).Distinct().Order(), found.Report.Systems
            .Where(system => system.Role != "single").Select(system => system.Name).Order());
        // Half of the images are s100's alone, all are right under s025: it keeps those, and loses none.
        Assert.Equal(0.5, plain.Accuracy[0].Share, 0.02);
        Assert.Equal(1.0, chosen.Accuracy[0].Share, 0.02);
        Assert.True(chosen.Least.Low > plain.Least.High);
        ReportedDifference difference = found.Report.Against.Single(other => other.System == plain.Name);
        Assert.Equal(chosen.Accuracy[0].Share - plain.Accuracy[0].Share, difference.At[0].Value, 1e-12);
        Assert.True(difference.At[0].Low > 0.3 && difference.Least.Low > 0);
        Assert.Equal(chosen.Least.Value - plain.Least.Value, difference.Least.Value, 1e-12);
        TuningBound bound = Assert.Single(found.Bounds, bound => bound.Alike && bound.Votes.Contains("θ"));
        Assert.True(bound.Least >= found.Rounds.Max(round => round.Seen.Least) - 0.1);
        Assert.Equal((60, 128), (found.ChosenOn.Images, found.ChosenOn.Draws));
        Assert.Equal((50, 400), (found.Report.Images.Images, found.Report.Images.Draws));
        Assert.True(found.Tried > 1000);
    }

    [Fact]
    public async Task No_more_is_chosen_than_helps_on_images_not_seen_or_than_may_be()
    {
        TuningDocument found = await Tuned(request => request);
        Assert.Equal(
            [TuningFreedom.Mix, TuningFreedom.Pass, TuningFreedom.Stages, TuningFreedom.Classes],
            found.Rounds.Select(round => round.Freedom));
        // No class is harder than another: thresholds by class gain on these images alone.
        int chosen = found.Rounds.Select(round => round.Best.Name).ToList().IndexOf(found.Chosen.Name);
        Assert.InRange(chosen, 1, 2);
        Assert.True(found.Rounds[3].Seen.Score >= found.Rounds[chosen].Seen.Score);
        Assert.True(found.Rounds[3].Unseen.Score <= found.Rounds[chosen].Unseen.Score + 0.002);
        Assert.All(found.Rounds[..chosen], round =>
            Assert.True(round.Unseen.Score < found.Rounds[chosen].Unseen.Score));
        TuningDocument mix = await Tuned(request => request with { Freedom = TuningFreedom.Mix });
        Assert.Equal("s100 τ .5 > s025", mix.Chosen.Name);
        Assert.Equal(mix.Rounds[0].Seen.Accuracy, found.Rounds[0].Seen.Accuracy);
    }

    [Fact]
    public async Task Images_that_were_chosen_on_are_not_reported()
    {
        TuningRequest request = RecordedWorld.Request(
            await _world.RecordAsync("chosen", 0, 60, 128), await _world.RecordAsync("reported", 57, 50, 400));
        Assert.Contains("3 of the 50 images to report on are among those that are chosen on (57, 58, 59)",
            Refusal(request), StringComparison.Ordinal);
        Assert.NotNull(TuningStudy.Of(request with
        {
            Wanted = image => image < 57,
            Freedom = TuningFreedom.Mix,
        }, _ => { }).Report);
    }

    [Fact]
    public async Task Another_function_is_not_reported_in_its_place()
    {
        TuningRequest request = RecordedWorld.Request(
            await _world.RecordAsync("chosen", 0, 60, 128),
            await _world.RecordAsync("reported", 100, 50, 400, build: "two"));
        Assert.Contains("s100 is another function where it is reported on", Refusal(request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_few_votes_to_certify_or_images_to_choose_on_are_told()
    {
        ImmutableArray<(string, string)> chosen = await _world.RecordAsync("chosen", 0, 60, 128);
        TuningRequest request = RecordedWorld.Request(chosen, await _world.RecordAsync("reported", 100, 50, 399));
        Assert.Contains("399 votes per image, fewer than 50 + 350", Refusal(request), StringComparison.Ordinal);
        request = request with { ReportedOn = [] };
        Assert.Contains("9 images are too few to choose on", Refusal(request with { Wanted = image => image < 9 }),
            StringComparison.Ordinal);
        Assert.Contains("no image that is asked for is recorded whole", Refusal(request with { Wanted = _ => false }),
            StringComparison.Ordinal);
        Assert.Contains("there is no recording of s050 in what was named", Refusal(request with
        {
            Experts = ["s100", "s050"],
        }), StringComparison.Ordinal);
        Assert.Contains("a cascade asks two experts or more", Refusal(request with { Experts = ["s100"] }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_envelope_may_be_of_other_experts_than_those_that_are_asked()
    {
        TuningDocument all = await Tuned(request => request with { Freedom = TuningFreedom.Mix });
        TuningDocument far = await Tuned(request => request with
        {
            Freedom = TuningFreedom.Mix,
            Envelope = ["s100"],
        });
        Assert.Equal(["s100"], far.Envelope);
        Assert.True(far.ChosenOn.Envelope[0] < all.ChosenOn.Envelope[0]);
        Assert.True(far.Rounds[0].Seen.Shares[0] > all.Rounds[0].Seen.Shares[0]);
    }

    [Fact]
    public async Task The_front_reaches_from_the_largest_mean_to_the_largest_least_share()
    {
        TuningDocument found = await Tuned(request => request with { Front = true, Freedom = TuningFreedom.Stages });
        Assert.NotEmpty(found.Front);
        Assert.Equal(found.Front.OrderBy(figures => figures.Least), found.Front);
        Assert.Equal(found.Front.OrderByDescending(figures => figures.Mean), found.Front);
        Assert.True(found.Front[^1].Least >= found.Rounds.Max(round => round.Seen.Least) - 1e-12);
        Assert.True(found.Report!.Systems.Count(system => system.Role is "front" or "chosen") >= found.Front.Length);
    }

    private static string Refusal(TuningRequest request) =>
        Assert.Throws<BadInputException>(() => TuningStudy.Of(request, _ => { })).Message;
}
