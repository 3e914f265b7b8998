using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

public sealed class MostSamplesTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private readonly HashSet<string> _down = [];

    // Votes of the router for a, b, c in per cent, then those of each expert for class 0.
    public static TheoryData<int, int, int, int, int> Votes => new()
    {
        { 98, 1, 90, 90, 90 }, { 60, 30, 90, 90, 90 }, { 34, 33, 90, 90, 90 }, { 98, 1, 50, 90, 90 },
        { 90, 9, 99, 99, 99 }, { 70, 29, 80, 60, 99 },
    };

    private ImmutableArray<Route> Routes(params int[] shares) =>
    [
        .. shares.Select((share, j) => (Id: "abc"[j].ToString(), Sigma: 0.25m * (j + 1), Share: share)).Select(expert =>
            new Route(expert.Id, new ScriptedVoter(expert.Id, expert.Sigma, expert.Share, 100 - expert.Share)
            {
                Fails = _ => _down.Contains(expert.Id),
            })),
    ];

    private RoutedClassifier Routed(int first, int second, params int[] shares) =>
        new("router", new ScriptedVoter("router", 1, first, second, 100 - first - second), Routes(shares));

    [Theory, MemberData(nameof(Votes))]
    public async Task No_certificate_draws_more_than_is_said_and_all_it_draws_is_counted(
        int first, int second, int a, int b, int c)
    {
        RoutedClassifier routed = Routed(first, second, a, b, c);
        RoutedClassifier[] classifiers =
            [routed, routed.Restrict(["a", "c"]), routed.Restrict(["b"]), new(Routes(a, b, c), new Cascade(0.7m, 0.6m)),
                new(Routes(99, b), new Cascade(0.7m))];
        CertificationPlan[] plans =
        [
            Plan, Plan with { Kind = CertificateKind.Dual }, Plan with { PeerBudget = 1 },
            Plan with { TwoSided = false },
            new(SamplingPlan.Adaptive(Counts, Counts, new()), 0.001),
            new(SamplingPlan.Adaptive(Counts, Counts, new() { Target = 0.4 }), 0.001),
        ];
        foreach (RoutedClassifier classifier in classifiers)
            foreach (CertificationPlan plan in plans.Where(
                plan => classifier.Cascade is null || !plan.Sampling.IsAdaptive))
            {
                DrawnSamples drawn = new();
                Certificate certificate = await classifier.For(new() { Drawn = drawn })
                    .CertifyAsync(Input, plan, Seeds);
                Assert.Equal(certificate.SamplesDrawn, drawn.Count);
                Assert.InRange(drawn.Count, 1, classifier.MostSamples(plan));
            }
    }

    [Theory, MemberData(nameof(Votes))]
    public async Task No_prediction_draws_more_than_is_said(int first, int second, int a, int b, int c)
    {
        foreach (RoutedClassifier classifier in (RoutedClassifier[])[Routed(first, second, a, b, c),
            new(Routes(a, b, c), new Cascade(0.7m, 0.6m)), new(Routes(a)[0])])
        {
            DrawnSamples drawn = new();
            await classifier.For(new() { Drawn = drawn }).PredictAsync(Input, 500, 0.001, Seeds);
            Assert.InRange(drawn.Count, 1, classifier.MostSamplesOfPrediction(500));
            DrawnSamples ofRoute = new();
            await classifier.For(new() { Drawn = ofRoute }).PredictRouteAsync(Input, 500, 0.001, Seeds);
            Assert.Equal(classifier.MostSamplesOfRoute(500), ofRoute.Count);
        }
    }

    [Theory, MemberData(nameof(Votes))]
    public async Task Neither_does_one_whose_expert_fails_and_another_mix_goes_on(
        int first, int second, int a, int b, int c)
    {
        foreach (string down in (string[])["a", "b", "c"])
        {
            _down.Clear();
            _down.Add(down);
            foreach (FailoverPolicy policy in (FailoverPolicy[])[new FailoverPolicy.Refuse(),
                new FailoverPolicy.Reroute(0.2, []), new FailoverPolicy.Reroute(0.2, [["c"], ["a"]])])
            {
                FailoverClassifier classifier = new(Routed(first, second, a, b, c), policy);
                DrawnSamples drawn = new();
                await classifier.For(new() { Drawn = drawn }).CertifyAsync(Input, Plan, Seeds);
                Assert.InRange(drawn.Count, 1, classifier.MostSamples(Plan));
            }
        }
    }

    [Fact]
    public void The_bound_is_the_sum_of_the_stages()
    {
        RoutedClassifier routed = Routed(98, 1, 90, 90, 90);
        Assert.Equal(1100 + 1100 + 2 * 1000, routed.MostSamples(Plan));
        Assert.Equal(1100 + 1100, routed.MostSamples(Plan with { Kind = CertificateKind.Dual }));
        Assert.Equal(1100, routed.Restrict(["b"]).MostSamples(Plan));
        Assert.Equal(3 * 1100, new RoutedClassifier(Routes(90, 90, 90), new Cascade(0.7m, 0.6m)).MostSamples(Plan));
        Assert.Equal(4200 + 3200,
            new FailoverClassifier(routed, new FailoverPolicy.Reroute(0.2, [])).MostSamples(Plan));
        Assert.Equal(4200, new FailoverClassifier(routed, new FailoverPolicy.Refuse()).MostSamples(Plan));
    }

    [Fact]
    public async Task Work_that_was_given_up_counts_what_was_told_to_be_done()
    {
        DrawnSamples drawn = new();
        RoutedClassifier classifier =
            new RoutedClassifier(new Route("only", Breaking())).For(new() { Drawn = drawn });
        await Assert.ThrowsAsync<OperationCanceledException>(() => classifier.CertifyAsync(Input, Plan, Seeds));
        Assert.Equal(100 + 300, drawn.Count);
    }

    // Answers the selection and breaks off the estimation after 300 samples.
    private static ScriptedVoter Breaking() => new("breaking", 0.5m, 0, 100)
    {
        Before = (request, _) =>
        {
            if (request.Range.Count == 100) return Task.CompletedTask;
            foreach (long done in (long[])[200, 300, 200]) request.Progress!.Report(done);
            throw new OperationCanceledException();
        },
    };
}
