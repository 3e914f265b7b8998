using System.Collections.Immutable;
using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace Router.Estimator.Tests.Failover;

public sealed class FailoverTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);
    private static readonly FailoverPolicy AnyMix = new FailoverPolicy.Reroute(0.2, []);

    private readonly HashSet<string> _down = [];
    private readonly ScriptedVoter _router;
    private readonly Dictionary<string, ScriptedVoter> _experts;

    public FailoverTests()
    {
        _router = new("router", 1, 4, 92, 4) { Fails = _ => _down.Contains("router") };
        _experts = new((KeyValuePair<string, ScriptedVoter>[])
        [
            new("a", Expert("a", 0.25m, 95, 5)), new("b", Expert("b", 0.5m, 90, 10)), new("c", Expert("c", 1, 80, 20)),
        ]);
    }

    private ScriptedVoter Expert(string id, decimal sigma, params int[] shares) =>
        new(id, sigma, shares) { Fails = _ => _down.Contains(id) };

    private FailoverClassifier Under(FailoverPolicy policy) =>
        new(new("router", _router, [.. _experts.Select(pair => new Route(pair.Key, pair.Value))]), policy);

    private static FailoverPolicy Listed(params string[] mixes) =>
        new FailoverPolicy.Reroute(0.2, [.. mixes.Select(mix => mix.Split(',').ToImmutableArray())]);

    [Fact]
    public async Task Without_a_failure_the_certificate_is_the_classifiers_own_at_what_is_left_of_alpha()
    {
        FailoverClassifier classifier = Under(AnyMix);
        CertificationAnswer.Certified answer = Assert.IsType<CertificationAnswer.Certified>(
            await classifier.CertifyAsync(Input, Plan, Seeds));
        Assert.Same(classifier.Classifier, answer.Classifier);
        Assert.Null(answer.Failed);
        AlphaLedger ledger = answer.Certificate.Ledger;
        Assert.Equal((0.001, 0.0002), (ledger.Total, ledger[AlphaLedger.Failover]));
        Assert.Equal(0.001, ledger.Shares.Sum(share => share.Alpha), 1e-15);
        Certificate alone = await classifier.Classifier.CertifyAsync(
            Input, Plan with { FailureProbability = 0.001 - 0.0002 }, Seeds);
        Assert.Equal(alone.Radius, answer.Certificate.Radius);
        Assert.Equal(Plan, Under(new FailoverPolicy.Refuse()).Reserving(Plan));
    }

    [Fact]
    public async Task By_default_an_expert_that_cannot_answer_is_named_and_the_answer_refused()
    {
        _down.Add("b");
        CertificationAnswer answer = await Under(new FailoverPolicy.Refuse()).CertifyAsync(Input, Plan, Seeds);
        CertificationAnswer.Refused refused = Assert.IsType<CertificationAnswer.Refused>(answer);
        Assert.Equal(["b"], refused.Failed);
        Assert.Equal("b cannot answer: the device is gone", refused.Reason);
        Assert.Empty(_experts["a"].Asked);
        Assert.Empty(_experts["c"].Asked);
    }

    [Fact]
    public async Task Where_it_is_allowed_the_rest_goes_on_and_the_certificate_is_theirs_at_the_reserved_alpha()
    {
        _down.Add("b");
        CertificationAnswer.Certified answer = Assert.IsType<CertificationAnswer.Certified>(
            await Under(AnyMix).CertifyAsync(Input, Plan, Seeds));
        Assert.Equal("b", answer.Failed);
        Assert.Equal(["a", "c"], answer.Classifier.Routes.Select(route => route.Id));
        Assert.Equal(["a", "c"], Assert.IsType<RouteEvidence>(answer.Certificate.Route).Routes);
        // votes for σ = .5 are votes for .25, the nearer one
        Assert.Equal(("a", 0), (answer.Certificate.Expert!.Id, answer.Certificate.Class));
        Assert.Equal(0.0002, answer.Certificate.Ledger.Total);
        Assert.True(answer.Certificate.Radius > 0);
    }

    // Votes for σ = .75 are for 1 in the whole; by way of the mix that was asked they would be for .5, and so for .25.
    [Fact]
    public async Task A_mix_that_goes_on_is_one_of_all_experts_whichever_mix_was_asked()
    {
        _down.Add("b");
        RoutedClassifier whole = new("router", new ScriptedVoter("router", 1, 10, 10, 60, 20),
        [
            new("a", Expert("a", .25m, 95, 5)), new("b", Expert("b", .5m, 95, 5)),
            new("c", Expert("c", .75m, 95, 5)), new("d", Expert("d", 1, 5, 95)),
        ]);
        RoutedClassifier rest = whole.Restrict(["a", "d"]);
        FailoverClassifier asked = new FailoverClassifier(whole, AnyMix).Restrict(["a", "b", "d"]);
        CertificationAnswer.Certified answer = Assert.IsType<CertificationAnswer.Certified>(
            await asked.For(CallContext.None).CertifyAsync(Input, Plan, Seeds));
        Assert.Equal("b", answer.Failed);
        Assert.Equal(rest.Functions, answer.Classifier.Functions);
        Assert.Equal(("d", 1), (answer.Certificate.Expert!.Id, answer.Certificate.Class));
    }

    [Fact]
    public async Task The_failovers_samples_are_none_that_were_drawn_before_on_any_stream()
    {
        // A router torn between all three, so that peers are drawn too; the expert fails at its estimation, after its
        // selection was seen.
        ScriptedVoter router = new("router", 1, 18, 42, 40);
        ScriptedVoter[] voters =
        [
            Expert("a", 0.25m, 95, 5), new("b", 0.5m, 90, 10) { Fails = request => request.Range.From > 0 },
            Expert("c", 1, 90, 10),
        ];
        RoutedClassifier classifier = new(
            "router", router, [new("a", voters[0]), new("b", voters[1]), new("c", voters[2])]);
        // every kind of range that a stage can have
        await classifier.Restrict(["a", "c"]).CertifyAsync(Input, Plan, Seeds);
        int before = voters.Sum(voter => voter.Asked.Count), routerBefore = router.Asked.Count;
        CertificationAnswer.Certified answer = Assert.IsType<CertificationAnswer.Certified>(
            await new FailoverClassifier(classifier, AnyMix).CertifyAsync(Input, Plan, Seeds));
        Assert.NotEmpty(answer.Certificate.Peers);
        StageEvidence[] stages = [answer.Certificate.Route!, answer.Certificate.Expert!, .. answer.Certificate.Peers];
        List<(NoiseStream Stream, SampleRange Range)> fresh =
            [.. stages.SelectMany(stage => ((NoiseStream, SampleRange)[])[(stage.Stream, stage.Selection.Range),
                (stage.Stream, stage.Estimation.Range)])];
        List<(NoiseStream Stream, SampleRange Range)> seen = [.. voters.Append(router).SelectMany(voter => voter.Asked)
            .Select(request => (request.Stream, request.Range)).Where(range => !fresh.Contains(range))];
        Assert.True(seen.Count >= 8 && before > 0 && routerBefore > 0);
        Assert.All(fresh, range => Assert.True(range.Range.From >= 1L << 41));
        Assert.All(seen, range => Assert.True(range.Range.To <= 1L << 41));
        Assert.Equal(fresh.Count(range => range.Range.Count > 0),
            fresh.Where(range => range.Range.Count > 0).Distinct().Count());
    }

    // Were it the seed of a request for the same mix at the same α, whoever asked that first would know the votes
    // before choosing who fails.
    [Fact]
    public async Task The_failovers_seed_is_told_by_no_other_record()
    {
        _down.Add("b");
        SeedSource secret = new([1, 2, 3], SeedOrigin.Server);
        FailoverClassifier classifier = Under(AnyMix);
        var answer = (CertificationAnswer.Certified)await classifier.CertifyAsync(Input, Plan, secret);
        CertificationPlan alike = Plan with { FailureProbability = answer.Certificate.Ledger.Total };
        Certificate direct = await classifier.Classifier.Restrict(["a", "c"]).CertifyAsync(Input, alike, secret);
        Assert.Equal(direct.Ledger.ToString(), answer.Certificate.Ledger.ToString());
        Assert.NotEqual(direct.Route!.Stream.Seed, answer.Certificate.Route!.Stream.Seed);
    }

    [Theory]
    [InlineData("a,c", "a,c")]
    [InlineData("a,b;c;a", "c")] // the first that can answer
    [InlineData("a,b;b,c", null)]
    public async Task Only_a_mix_that_the_registry_lists_goes_on(string listed, string? goesOn)
    {
        _down.Add("b");
        CertificationAnswer answer = await Under(Listed(listed.Split(';'))).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal(goesOn, answer is CertificationAnswer.Certified certified ? string.Join(
            ",", certified.Classifier.Routes.Select(route => route.Id)) : null);
    }

    [Fact]
    public async Task A_second_failure_is_refused_and_both_are_named()
    {
        _down.UnionWith(["a", "b"]);
        CertificationAnswer.Refused refused = Assert.IsType<CertificationAnswer.Refused>(
            await Under(AnyMix).CertifyAsync(Input, Plan, Seeds));
        Assert.Equal(["b", "a"], refused.Failed);
        Assert.Equal("b cannot answer: the device is gone; a cannot answer: the device is gone", refused.Reason);
    }

    [Fact]
    public async Task A_router_that_cannot_answer_is_refused_before_a_mix_and_behind_one()
    {
        _down.Add("router");
        Assert.Equal(["router"], Assert.IsType<CertificationAnswer.Refused>(
            await Under(AnyMix).CertifyAsync(Input, Plan, Seeds)).Failed);
        Assert.Equal(["router"], Assert.IsType<CertificationAnswer.Refused>(
            await Under(AnyMix).Restrict(["a", "c"]).CertifyAsync(Input, Plan, Seeds)).Failed);
    }

    [Fact]
    public async Task A_single_expert_keeps_nothing_and_is_refused()
    {
        FailoverClassifier alone = new(new(new Route("a", _experts["a"])), AnyMix);
        Assert.Equal(Plan, alone.Reserving(Plan));
        _down.Add("a");
        Assert.IsType<CertificationAnswer.Refused>(await alone.CertifyAsync(Input, Plan, Seeds));
    }

    [Fact]
    public async Task A_peer_that_cannot_answer_counts_as_not_asked()
    {
        ScriptedVoter router = new("router", 1, 48, 50, 2);
        FailoverClassifier classifier = new(new("router", router,
            [.. _experts.Select(pair => new Route(pair.Key, pair.Value))]), new FailoverPolicy.Refuse());
        Certificate whole = Assert.IsType<CertificationAnswer.Certified>(
            await classifier.CertifyAsync(Input, Plan, Seeds)).Certificate;
        Assert.Contains(whole.Peers, peer => peer.Id == "a");
        _down.Add("a");
        Certificate without = Assert.IsType<CertificationAnswer.Certified>(
            await classifier.CertifyAsync(Input, Plan, Seeds)).Certificate;
        Assert.DoesNotContain(without.Peers, peer => peer.Id == "a");
        Certificate unasked = await classifier.Classifier.CertifyAsync(Input, Plan with { PeerBudget = 0 }, Seeds);
        Assert.Equal((unasked.Radius, Stage.Router, "a"),
            (without.Radius, without.LimitingStage, without.LimitingRoute));
        Assert.True(without.Radius < whole.Radius);
    }

    [Fact]
    public async Task What_is_no_failure_of_a_voter_stays_an_exception()
    {
        RoutedClassifier broken = new(new Route("a", new ScriptedVoter(
            "a", 1, 50, 50) { Answer = votes => new(votes.Counts, 0, votes.Range, new("impostor")) }));
        await Assert.ThrowsAsync<InvalidDataException>(
            () => new FailoverClassifier(broken, AnyMix).CertifyAsync(Input, Plan, Seeds));
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            Under(AnyMix).CertifyAsync(Input, Plan, Seeds, cancellationToken: new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void A_reserved_part_lies_between_nothing_and_all_of_alpha(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FailoverPolicy.Reroute(share, []));
}
