using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace Router.Estimator.Tests.Mixes;

public sealed class RestrictionTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = new([1, 2, 3], SeedOrigin.Server);

    private readonly ScriptedVoter _router = Sampled(4);
    private readonly Route[] _experts =
    [
        new("s012", new ScriptedVoter("s012", 0.12m, 100, 0)), new("s025", new ScriptedVoter("s025", 0.25m, 95, 5)),
        new("s050", new ScriptedVoter("s050", 0.5m, 90, 10)), new("s100", new ScriptedVoter("s100", 1, 80, 20)),
    ];

    private static ScriptedVoter Sampled(int outcomes) =>
        new("router", 1, outcomes, (stream, sample) => VoteOn(outcomes, stream, sample));

    // Now and then undecided; later outcomes are more frequent.
    private static int? VoteOn(int outcomes, NoiseStream stream, long sample) => stream.Uniform(sample, 0) % 20 == 0
        ? null
        : Math.Min(outcomes - 1, (int)(stream.Uniform(sample, 1) % (ulong)(2 * outcomes)));

    private RoutedClassifier Whole(RoutingRule? rule = null) => new("router", _router, [.. _experts], rule);

    private static string Stands(RoutedClassifier classifier, string mix, Dictionary<string, string>? instead = null)
    {
        Restriction restriction = Restriction.Of(classifier.Routes, mix.Split(','), instead);
        return string.Join(",", restriction.Stands.Select(stand => classifier.Routes[restriction.Members[stand]].Id));
    }

    [Theory]
    [InlineData("s025,s100", "s025,s025,s025,s100")]
    [InlineData("S100,s012", "s012,s012,s012,s100")]
    [InlineData("s012,s050,s100", "s012,s012,s050,s100")]
    [InlineData("s050", "s050,s050,s050,s050")]
    public void A_vote_for_an_expert_outside_goes_to_the_member_of_the_nearest_sigma(string mix, string stands) =>
        Assert.Equal(stands, Stands(Whole(), mix));

    [Fact]
    public void Between_two_as_near_a_vote_goes_to_the_smaller_sigma()
    {
        RoutedClassifier classifier = new("router", Sampled(3),
            [new("large", new ScriptedVoter("l", 0.75m, 50, 50)), new("middle", new ScriptedVoter("m", 0.5m, 50, 50)),
                new("small", new ScriptedVoter("s", 0.25m, 50, 50))]);
        Assert.Equal("large,small,small", Stands(classifier, "small,large"));
    }

    [Fact]
    public void Of_two_experts_with_one_sigma_a_member_keeps_its_own_votes()
    {
        RoutedClassifier classifier = new("router", Sampled(3),
            [new("a", new ScriptedVoter("a", 0.5m, 50, 50)), new("b", new ScriptedVoter("b", 0.5m, 50, 50)),
                new("c", new ScriptedVoter("c", 0.5m, 50, 50))]);
        Assert.Equal("a,b,a", Stands(classifier, "b,a"));
    }

    [Fact]
    public void Who_stands_in_for_whom_can_be_stated()
    {
        Assert.Equal("s025,s025,s100,s100", Stands(Whole(), "s025,s100", new() { ["S050"] = "s100" }));
        RoutedClassifier nearest = Whole().Restrict(["s025", "s100"]);
        Assert.NotEqual(nearest.Functions.First(),
            Whole().Restrict(["s025", "s100"], new Dictionary<string, string> { ["s050"] = "s100" }).Functions.First());
    }

    [Theory]
    [InlineData("", "a mix of no experts answers nothing: accepted are some of s012, s025, s050, s100")]
    [InlineData("s012,s013", "there is no expert 's013' in the mix: accepted are some of s012, s025, s050, s100")]
    [InlineData("s012,s100,S012", "the mix names s012 2 times: accepted is each expert once")]
    public void What_is_no_mix_is_refused_with_what_would_be(string mix, string objection)
    {
        string[] ids = mix.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(objection, Restriction.Objection(Whole().Routes, ids));
        Assert.Contains(objection, Assert.Throws<ArgumentException>(() => Whole().Restrict(ids)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s025", "s100")] // a member needs nobody
    [InlineData("s050", "s012")] // not a member
    [InlineData("s999", "s100")] // nobody
    public void A_stand_in_that_cannot_stand_in_is_refused(string outside, string member)
    {
        string? objection = Restriction.Objection(
            Whole().Routes, ["s025", "s100"], new Dictionary<string, string> { [outside] = member });
        Assert.Equal($"'{member}' cannot stand in for '{outside}': accepted is a member of the mix, s025, s100, for an "
            + $"expert outside of it", objection);
    }

    [Fact]
    public async Task The_restricted_counts_are_the_recount_of_the_single_votes()
    {
        Restriction restriction = Restriction.Of([.. _experts], ["s012", "s050", "s100"]);
        RestrictedVoter restricted = new(_router, restriction);
        VoteRequest request = new(Input, new(42, 0), new(7, 507));
        long[] recount = new long[3];
        long undecided = 0;
        for (long sample = 7; sample < 507; sample++)
            if (VoteOn(4, request.Stream, sample) is { } vote) recount[vote switch { 0 or 1 => 0, 2 => 1, _ => 2 }]++;
            else undecided++;
        VoteCounts votes = await restricted.VoteAsync(request, CancellationToken.None);
        Assert.Equal(recount, votes.Counts);
        Assert.All(recount, count => Assert.True(count > 0));
        Assert.True(undecided > 0);
        Assert.Equal((undecided, request.Range, restricted.FunctionId),
            (votes.Undecided, votes.Range, votes.FunctionId));
        Assert.NotEqual(_router.FunctionId, restricted.FunctionId);
        Assert.Equal((_router.Sigma, 3), (restricted.Sigma, restricted.OutcomeCount));
    }

    [Fact]
    public async Task Route_and_bounds_come_from_recounted_votes_and_the_certificate_names_the_mix()
    {
        Certificate certificate = await Whole().Restrict(["s025", "s100"]).CertifyAsync(Input, Plan, Seeds);
        RouteEvidence route = Assert.IsType<RouteEvidence>(certificate.Route);
        Assert.Equal(["s025", "s100"], route.Routes);
        foreach (VoteCounts votes in (VoteCounts[])[route.Selection, route.Estimation])
        {
            long outer = 0;
            for (long sample = votes.Range.From; sample < votes.Range.To; sample++)
                if (VoteOn(4, route.Stream, sample) is 3) outer++;
            Assert.Equal(outer, votes.Counts[1]);
        }
        Assert.Equal(route.Routes[route.Selection.MostVoted], certificate.Expert!.Id);
    }

    [Fact]
    public async Task Another_mix_is_another_function_with_other_noise_and_the_whole_mix_is_the_classifier_itself()
    {
        RoutedClassifier whole = Whole();
        Assert.Same(whole, whole.Restrict(["s100", "s012", "s050", "s025"]));
        RoutedClassifier[] mixes = [whole, whole.Restrict(["s025", "s100"]), whole.Restrict(["s050", "s100"]),
            whole.Restrict(["s012", "s025", "s100"])];
        Assert.Equal(4, mixes.Select(mix => mix.Functions.First()).Distinct().Count());
        List<ulong> seeds = [];
        foreach (RoutedClassifier mix in mixes)
            seeds.Add((await mix.CertifyAsync(Input, Plan, Seeds)).Route!.Stream.Seed);
        Assert.Equal(4, seeds.Distinct().Count());
    }

    [Fact]
    public async Task A_mix_of_one_has_no_router_and_no_cap()
    {
        RoutedClassifier alone = Whole().Restrict(["s050"]);
        Assert.False(alone.IsRouted);
        Certificate certificate = await alone.CertifyAsync(Input, Plan with { TwoSided = false }, Seeds);
        Assert.Null(certificate.Route);
        Assert.Equal(("s050", 0.001), (certificate.Expert!.Id, certificate.Expert.Alpha));
        Assert.Empty(_router.Asked);
    }

    [Fact]
    public void A_bias_follows_its_expert_into_the_mix()
    {
        RoutedClassifier restricted = Whole(new RoutingRule.Biased(1, 2, 3, 4)).Restrict(["s100", "s025"]);
        Assert.Equal(new RoutingRule.Biased(2, 4), restricted.Rule);
        Assert.Equal(new RoutingRule.Quantile(0.3m),
            Whole(new RoutingRule.Quantile(0.3m)).Restrict(["s100", "s025"]).Rule);
    }

    [Fact]
    public async Task A_router_that_answers_as_another_function_is_a_fault_behind_a_mix_too()
    {
        ScriptedVoter impostor = new("router", 1, 25, 25, 25,
            25) { Answer = votes => new(votes.Counts, votes.Undecided, votes.Range, new("impostor")) };
        RoutedClassifier classifier = new RoutedClassifier("router", impostor, [.. _experts])
            .Restrict(["s025", "s100"]);
        await Assert.ThrowsAsync<InvalidDataException>(() => classifier.CertifyAsync(Input, Plan, Seeds));
    }
}
