using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;
using Router.Host.Tests.Serving.Resilience;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Answers that are given again without a sample drawn.</summary>
public sealed class CacheTests
{
    private static readonly InferParameters Certify = new(InferMode.Certify, new(10, 100), 0.001, Seed: null, Mix: []);

    private readonly FaultyVoter _expert = new("only", 1);

    public static TheoryData<string> Differences => ["image", "mode", "n0", "n", "alpha", "target"];

    [Fact]
    public async Task The_same_request_draws_once_and_gets_the_same_certificate()
    {
        await using ServedModel model = Model(_expert);
        ImageAnswer first = await AskAsync(model, Certify);
        int drawn = _expert.Asked;
        ImageAnswer again = await AskAsync(model, Certify);
        Assert.Equal((drawn, first.Record!()), (_expert.Asked, again.Record!()));
        Assert.Equal((1, 0, 0, 1), model.Cache!.Lookups);
    }

    [Fact]
    public async Task A_route_is_kept_as_a_certificate_is()
    {
        FaultyVoter router = new("router", 1);
        RoutedClassifier classifier = new("router", router, [new("e0", _expert), new("e1", _expert)]);
        await using ServedModel model = Model(classifier, cacheBytes: 1 << 20);
        InferParameters route = Certify with { Mode = InferMode.Route };
        Assert.Equal("e1", (await AskAsync(model, route)).Route!.Id);
        int drawn = router.Asked;
        Assert.Equal("e1", (await AskAsync(model, route)).Route!.Id);
        Assert.Equal((drawn, (1, 0, 0, 1)), (router.Asked, model.Cache!.Lookups));
    }

    [Fact]
    public async Task What_was_begun_before_votes_turned_out_to_be_wrong_is_not_given_again()
    {
        long doubts = 0;
        using AnswerCache cache = new(1 << 20, stages: 1, outcomes: 2, () => doubts);
        int drawn = 0;
        Task<ImageAnswer> AskAsync(string key, Action meanwhile) => cache.GetAsync(
            new("only", key),
            _ =>
            {
                drawn++;
                meanwhile();
                return Task.FromResult(ImageAnswer.Refused("whatever it is"));
            },
            _ => true, CancellationToken.None);
        GrowingCertificate Find() => cache.Find(
            new("only", "growing"),
            () => new RoutedClassifier(new Route("only", _expert)).BeginAnytime(
                new(new byte[] { 7 }, 1), new(SamplingPlan.Adaptive(new(10, 100), new(10, 100), new()), .001),
                new([1], SeedOrigin.Server)),
            out _);
        GrowingCertificate growing = Find();
        foreach (int expected in new[] { 1, 1 })
        {
            await AskAsync("a", () => { });
            Assert.Equal(expected, drawn);
            Assert.Same(growing, Find());
        }
        doubts++;
        await AskAsync("a", () => { });
        Assert.Equal(2, drawn);
        Assert.NotSame(growing, Find());
        await AskAsync("b", () => doubts++);
        await AskAsync("b", () => { });
        Assert.Equal(4, drawn);
    }

    // Images go one after the other where no turn is free: in the draw of the second it is found out who voted for the
    // first.
    [Theory]
    [InlineData("drawn")]
    [InlineData("kept")]
    [InlineData("grown")]
    public async Task An_answer_that_waits_for_other_images_is_made_anew_where_its_votes_turn_out_wrong(string how)
    {
        VoteSource liar = new();
        long doubts = 0;
        ScriptedVoter expert = ScriptedVoter.Sure("only", 1);
        expert.Before = (request, _) =>
        {
            if (request.Input.Levels.Span[0] == 7)
            {
                if (!liar.IsWrong) request.Claim.Sources!.Add(liar);
            }
            else if (!liar.IsWrong)
            {
                doubts++;
                liar.Disown();
            }
            return Task.CompletedTask;
        };
        expert.Answer = votes => liar.IsWrong
            ? votes : new([.. votes.Counts.Reverse()], votes.Undecided, votes.Range, votes.FunctionId);
        await using ServedModel model = Model(
            new RoutedClassifier(new Router.Estimator.Route("only", expert)), how == "drawn" ? 0 : 1 << 20,
            () => doubts);
        InferParameters asked = how == "grown" ? Certify with { Stopping = new() { Target = 0.25 } } : Certify;
        if (how == "kept") Assert.Equal(0, (await AskAsync(model, asked)).Class);
        ImmutableArray<ImageAnswer>? answers = await model.AnswerAsync(
            new(Id: null, [ImageOf(7), ImageOf(8)], asked, Outputs: []), default);
        Assert.Equal([1, 1], answers!.Value.Select(answer => answer.Class));
    }

    [Fact]
    public async Task Who_waits_for_an_answer_is_not_given_one_that_its_drawer_holds_for_less_than_whole()
    {
        using AnswerCache cache = new(1 << 20, stages: 1, outcomes: 2);
        TaskCompletionSource<ImageAnswer> first = new();
        Task<ImageAnswer> AskAsync(Task<ImageAnswer> drawn, bool isWhole) =>
            cache.GetAsync(new("only", "key"), _ => drawn, _ => isWhole, CancellationToken.None);
        ImageAnswer lessened = ImageAnswer.Refused("of the one whose peer failed"),
            whole = ImageAnswer.Refused("of the one that waited");
        Task<ImageAnswer> drawing = AskAsync(first.Task, isWhole: false);
        Task<ImageAnswer> waiting = AskAsync(Task.FromResult(whole), isWhole: true);
        first.SetResult(lessened);
        Assert.Same(lessened, await drawing);
        Assert.Same(whole, await waiting);
        Assert.Same(whole, await AskAsync(first.Task, isWhole: true));
    }

    [Fact]
    public async Task What_is_given_again_is_what_would_be_drawn_again()
    {
        await using ServedModel kept = Model(_expert), drawing = Model(_expert, cacheBytes: 0);
        await AskAsync(kept, Certify);
        Assert.Equal((await AskAsync(drawing, Certify)).Record!(), (await AskAsync(kept, Certify)).Record!());
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task A_request_that_differs_in_what_makes_its_answer_draws(string difference)
    {
        await using ServedModel model = Model(_expert);
        await AskAsync(model, Certify);
        int drawn = _expert.Asked;
        InferParameters other = difference switch
        {
            "mode" => Certify with { Mode = InferMode.Predict },
            "n0" => Certify with { Counts = new(11, 100) },
            "n" => Certify with { Counts = new(10, 101) },
            "alpha" => Certify with { FailureProbability = 0.002 },
            "target" => Certify with { Stopping = new() { Target = 0.25 } },
            _ => Certify,
        };
        await AskAsync(model, other, level: difference == "image" ? (byte)8 : (byte)7);
        Assert.True(_expert.Asked > drawn);
    }

    [Fact]
    public async Task Answers_on_the_callers_seed_and_predictions_to_a_deadline_are_not_kept()
    {
        await using ServedModel model = Model(_expert);
        foreach (InferParameters asked in (InferParameters[])[Certify with { Seed = 1 },
            Certify with { Mode = InferMode.Predict, Deadline = TimeSpan.FromHours(1) }])
        {
            await AskAsync(model, asked);
            int drawn = _expert.Asked;
            await AskAsync(model, asked);
            Assert.True(_expert.Asked > drawn);
        }
        Assert.Equal((0, 0, 0, 0), model.Cache!.Lookups);
    }

    [Fact]
    public async Task A_refusal_is_not_kept()
    {
        IVoter behind = new Host.Serving.Operations.Resilience(
            new() { FaultsToOpen = 10 }, TimeProvider.System, NullLogger.Instance, _ => { }, new(asked: null))
            .Of("only", _expert, () => _expert.PassRuns, () => { });
        await using ServedModel model = Model(behind);
        _expert.Fault = VoterFault.OutOfMemory;
        Assert.NotNull((await AskAsync(model, Certify)).Refusal);
        _expert.Fault = VoterFault.None;
        Assert.Null((await AskAsync(model, Certify)).Refusal);
    }

    [Fact]
    public async Task A_certificate_that_did_without_a_peer_that_failed_is_not_kept()
    {
        FaultyVoter router = new("router", 1), peer = new("peer", 1, 1m);
        RoutedClassifier classifier = new(
            "router", router, [new("e0", peer), new("e1", new FaultyVoter("expert", 1, 1m))]);
        await using ServedModel model = Model(classifier, 1 << 20);
        peer.Fault = VoterFault.OutOfMemory;
        double without = (await AskAsync(model, Certify)).Radius;
        peer.Fault = VoterFault.None;
        Assert.True((await AskAsync(model, Certify)).Radius > without);
    }

    [Fact]
    public async Task Who_asks_for_what_is_being_drawn_waits_for_it_and_one_of_them_draws_it_where_the_first_leaves()
    {
        using AnswerCache cache = new(1 << 20, stages: 1, outcomes: 2);
        TaskCompletionSource<ImageAnswer> gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int draws = 0;
        Task<ImageAnswer> GetAsync(CancellationToken leave) => cache.GetAsync(KeyOf(0), async stopped =>
        {
            Interlocked.Increment(ref draws);
            return await gate.Task.WaitAsync(stopped);
        }, _ => true, leave);

        using CancellationTokenSource leaves = new();
        Task<ImageAnswer> first = GetAsync(leaves.Token), second = GetAsync(default), third = GetAsync(default);
        Assert.Equal(1, draws);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult(new(1, Route: null));
        Assert.Same(await second, await third);
        Assert.Equal(2, draws);
    }

    [Fact]
    public async Task It_holds_no_more_than_it_may()
    {
        const int Most = 20_000;
        using AnswerCache cache = new(Most, stages: 1, outcomes: 2);
        for (int i = 0; i < 100; i++)
            await cache.GetAsync(KeyOf(i), _ => Task.FromResult(new ImageAnswer(1, Route: null)), _ => true, default);
        Assert.InRange(cache.Bytes, 1, Most);
    }

    // The daemon's secret outlives a change of its registry: what a record has told must say nothing of the noise
    // under another rule.
    [Fact]
    public async Task After_a_reload_a_request_has_the_same_noise_under_the_same_rule_and_other_noise_under_another()
    {
        async Task<string> SeedUnderAsync(RoutingRule rule)
        {
            await using ServedModel model = Model(Routed(rule), 1 << 20);
            return (string)JsonNode.Parse((await AskAsync(model, Certify)).Record!())!["seed"]!["value"]!;
        }

        RoutingRule median = new RoutingRule.Quantile(0.5m);
        Assert.Equal(await SeedUnderAsync(median), await SeedUnderAsync(median));
        RoutingRule[] rules =
            [median, new RoutingRule.Quantile(0.4m), new RoutingRule.MostVoted(), new RoutingRule.Biased(0, 1),
            new RoutingRule.Biased(1, 0)];
        Assert.Distinct(await Task.WhenAll(rules.Select(SeedUnderAsync)));
    }

    [Fact]
    public void What_is_kept_has_all_that_its_seed_follows_from_in_its_key()
    {
        GridInput image = new(new byte[] { 7 }, 1, 1, 1);
        AnswerKey KeyUnder(RoutingRule rule, double reserved = 0, InferMode mode = InferMode.Certify,
            params ImmutableArray<string> mix)
        {
            FailoverPolicy policy = reserved == 0 ? new FailoverPolicy.Refuse()
                : new FailoverPolicy.Reroute(reserved, []);
            FailoverClassifier asked = new(mix.IsEmpty ? Routed(rule) : Routed(rule).Restrict(mix), policy);
            return AnswerKey.Of(asked, image, new(Id: null, [image], Certify with { Mode = mode }, Outputs: []))!;
        }

        RoutingRule most = new RoutingRule.MostVoted();
        Assert.Equal(KeyUnder(most), KeyUnder(most));
        Assert.Distinct((AnswerKey[])
        [
            KeyUnder(most), KeyUnder(new RoutingRule.Quantile(0.4m)), KeyUnder(new RoutingRule.Biased(0, 1)),
                KeyUnder(most, 0.1), KeyUnder(most, 0.2),
            KeyUnder(most, mode: InferMode.Predict), KeyUnder(most, mode: InferMode.Route),
                KeyUnder(most, mix: ["e0"]), KeyUnder(most, mix: ["e1"]),
        ]);
    }

    private static RoutedClassifier Routed(RoutingRule rule) =>
        new("router", new FaultyVoter("router", 1),
            [new("e0", new FaultyVoter("same", 1)), new("e1", new FaultyVoter("same", 1))], rule);

    private static AnswerKey KeyOf(int input) => new("only", $"message {input}");

    private static ServedModel Model(IVoter expert, long cacheBytes = 1 << 20) =>
        Model(new RoutedClassifier(new Router.Estimator.Route("only", expert)), cacheBytes);

    private static ServedModel Model(
        RoutedClassifier classifier, long cacheBytes, Func<long>? doubts = null) => new(
        classifier, [1, 1, 1], new CertificationConfig(), ServedModel.FunctionsOf(classifier), secret: [1, 2, 3],
        TimeProvider.System, new AdmissionQueue(1, 1), owned: null)
    {
        Cache = cacheBytes == 0 ? null : new(cacheBytes, stages: 3, outcomes: 2, doubts),
    };

    private static async Task<ImageAnswer> AskAsync(ServedModel model, InferParameters parameters, byte level = 7)
    {
        ImmutableArray<ImageAnswer>? answers = await model.AnswerAsync(
            new(Id: null, [ImageOf(level)], parameters, Outputs: []), default);
        return Assert.Single(answers!.Value);
    }

    private static GridInput ImageOf(byte level) => new(new[] { level }, 1, 1, 1);
}
