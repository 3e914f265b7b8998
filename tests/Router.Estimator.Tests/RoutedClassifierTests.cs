using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

public sealed class RoutedClassifierTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001) { Kind = CertificateKind.Dual };
    private static readonly SeedSource Seeds = new([1, 2, 3], SeedOrigin.Server);

    private readonly ScriptedVoter _small = new("small", 0.25m, 90, 10, 0);
    private readonly ScriptedVoter _large = new("large", 1m, 0, 5, 95);

    private RoutedClassifier Over(ScriptedVoter router) =>
        new("router", router, [new("s025", _small), new("s100", _large)]);

    private static ScriptedVoter Router(int second) => new("router", 1m, 100 - second, second);

    [Theory]
    [InlineData(3, 0)]
    [InlineData(97, 1)]
    public async Task The_routed_expert_is_asked_and_no_other(int second, int route)
    {
        Certificate certificate = await Over(Router(second)).CertifyAsync(Input, Plan, Seeds);
        (ScriptedVoter asked, ScriptedVoter other) = route == 0 ? (_small, _large) : (_large, _small);
        Assert.Equal(2, asked.Asked.Count);
        Assert.Empty(other.Asked);
        Assert.Equal((route, route == 0 ? "s025" : "s100"), (certificate.Route!.Selected, certificate.Expert!.Id));
        Assert.Equal(route == 0 ? 0 : 2, certificate.Class);
        Assert.Equal(Math.Min(certificate.Route.Radius, certificate.Expert.Radius), certificate.Radius);
    }

    [Fact]
    public async Task A_router_that_abstains_asks_no_expert()
    {
        RoutedClassifier classifier = Over(Router(50));
        Certificate certificate = await classifier.CertifyAsync(Input, Plan, Seeds);
        Assert.True(certificate.Abstains);
        Assert.Equal((0, Stage.Router, 1100),
            (certificate.Radius, certificate.LimitingStage, certificate.SamplesDrawn));
        Assert.Null(certificate.Expert);

        RoutedPrediction prediction = await classifier.PredictAsync(Input, 1000, 0.001, Seeds);
        Assert.Null(prediction.Class);
        Assert.Null(prediction.Route.Route);
        Assert.Null(prediction.Votes);
        Assert.Empty(_small.Asked);
        Assert.Empty(_large.Asked);
    }

    [Fact]
    public async Task Selection_and_estimation_use_ranges_that_do_not_overlap()
    {
        ScriptedVoter router = Router(97);
        await Over(router).CertifyAsync(Input, new(new(30, 500), new(40, 600), 0.001), Seeds);
        Assert.Equal([new(0, 30), new(30, 530)], router.Asked.Select(request => request.Range));
        Assert.Equal([new(0, 40), new(40, 640)], _large.Asked.Select(request => request.Range));
    }

    [Fact]
    public async Task Every_stage_and_every_route_has_a_stream_of_its_own()
    {
        ScriptedVoter toSmall = Router(3), toLarge = Router(97);
        await Over(toSmall).CertifyAsync(Input, Plan, Seeds);
        await Over(toLarge).CertifyAsync(Input, Plan, Seeds);
        uint[] ids = [toSmall.Asked[0].Stream.Id, _small.Asked[0].Stream.Id, _large.Asked[0].Stream.Id];
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(toSmall.Asked[0].Stream, toSmall.Asked[1].Stream);
        Assert.Equal(toSmall.Asked[0].Stream.Seed, _small.Asked[0].Stream.Seed);
    }

    [Fact]
    public async Task The_seed_depends_on_input_functions_and_ledger_and_on_nothing_else()
    {
        async Task<ulong> Seed(ScriptedVoter router, GridInput input, double alpha, int selection = 100)
        {
            SampleCounts counts = new(selection, 1000);
            return (await Over(router).CertifyAsync(input, new(counts, counts, alpha), Seeds)).Route!.Stream.Seed;
        }

        ulong seed = await Seed(Router(97), Input, 0.001);
        Assert.Equal(seed, await Seed(Router(97), Input, 0.001));
        Assert.NotEqual(seed, await Seed(Router(97), new(new byte[] { 1, 2, 4 }, 3), 0.001));
        Assert.NotEqual(seed, await Seed(Router(97), Input, 0.002));
        Assert.NotEqual(seed, await Seed(new("another", 1m, 3, 97), Input, 0.001));
    }

    [Fact]
    public async Task Router_and_expert_spend_half_of_alpha_each()
    {
        Certificate certificate = await Over(Router(97)).CertifyAsync(Input, Plan with { TwoSided = false }, Seeds);
        Assert.Equal((0.001, 0.0005, 0.0005),
            (certificate.Ledger.Total, certificate.Route!.Alpha, certificate.Expert!.Alpha));
    }

    [Fact]
    public async Task A_mix_of_one_spends_all_of_alpha_and_has_no_cap()
    {
        RoutedClassifier alone = new(new Route("s100", _large));
        Certificate certificate = await alone.CertifyAsync(Input, Plan with { TwoSided = false }, Seeds);
        Assert.False(alone.IsRouted);
        Assert.Null(certificate.Route);
        Assert.Equal((0.001, 2, Stage.Expert),
            (certificate.Expert!.Alpha, certificate.Class, certificate.LimitingStage));
        Assert.Equal(Cohen.Radius(1, Cohen.LowerBound(2, certificate.Expert.Estimation, 0.001)), certificate.Radius);
        Assert.Equal(2, (await alone.PredictAsync(Input, 100, 0.001, Seeds)).Class);
    }

    [Fact]
    public async Task Radii_are_two_sided_unless_the_plan_says_otherwise()
    {
        Certificate certificate = await Over(Router(97)).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal(0.9 * 0.0005, certificate.Expert!.Alpha, 1e-18);
        Assert.Equal(_large.OutcomeCount, certificate.Expert.Bounds.Length);
        Assert.Contains(certificate.Ledger.Shares, share => share is { Bound: AlphaLedger.OtherClass, Count: 2 });
        Assert.Single((await Over(Router(97)).CertifyAsync(Input, Plan with { TwoSided = false }, Seeds))
            .Expert!.Bounds);
    }

    [Fact]
    public async Task A_prediction_tests_route_and_class_and_agrees_with_the_certificate()
    {
        RoutedClassifier classifier = Over(Router(97));
        RoutedPrediction prediction = await classifier.PredictAsync(Input, 500, 0.001, Seeds);
        Assert.Equal((2, 1, 500), (prediction.Class, prediction.Route.Route, prediction.Votes!.Total));
        Assert.Equal(1, (await classifier.PredictRouteAsync(Input, 500, 0.001, Seeds)).Route);
    }

    [Fact]
    public void A_router_with_another_number_of_outputs_is_refused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Over(new("router", 1m, 50, 25, 25)));
        Assert.Contains("the router votes over 3 routes, but 2 experts are routed", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Experts_over_different_classes_are_refused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() =>
            new RoutedClassifier("router", Router(97),
                [new("three", _small), new("two", new ScriptedVoter("two", 1m, 50, 50))]));
        Assert.Contains("three: 3, two: 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_voter_that_answers_for_other_samples_is_a_fault() =>
        await Refused(votes => new(votes.Counts, votes.Undecided, new(votes.Range.From + 1, votes.Range.To + 1),
            votes.FunctionId), "[1, 101)");

    [Fact]
    public async Task A_voter_that_answers_as_another_function_is_a_fault() =>
        await Refused(votes => new(votes.Counts, votes.Undecided, votes.Range, new("impostor")), "impostor");

    [Fact]
    public async Task A_voter_that_answers_over_other_outcomes_is_a_fault() =>
        await Refused(votes => new([.. votes.Counts, 0], votes.Undecided, votes.Range, votes.FunctionId), "over 4");

    private static async Task Refused(Func<VoteCounts, VoteCounts> answer, string named)
    {
        RoutedClassifier classifier = new(
            new Route("broken", new ScriptedVoter("broken", 1m, 90, 5, 5) { Answer = answer }));
        foreach (Func<Task> ask in (Func<Task>[])[() => classifier.CertifyAsync(Input, Plan, Seeds),
            () => classifier.PredictAsync(Input, 100, 0.001, Seeds)])
            Assert.Contains(named, (await Assert.ThrowsAsync<InvalidDataException>(ask)).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_claims_nothing() =>
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            Over(Router(97)).CertifyAsync(
                Input, Plan, Seeds, cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public async Task Samples_of_all_stages_are_counted_for_whoever_asks()
    {
        DrawnSamples drawn = new();
        Certificate certificate =
            await Over(Router(97)).For(new() { Drawn = drawn }).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((2200, 2200), (certificate.SamplesDrawn, drawn.Count));
    }
}
