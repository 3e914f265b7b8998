using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>
/// An operator who reads the seed in a record, computes every vote behind it, and then sets the routing: the daemon's
/// secret outlives a change of the registry.
/// </summary>
public sealed class ChosenRuleTests
{
    private const int Inputs = 600;

    // Certificates at α = .05: P[Bin(600, .05) > 58] ≤ 1e-6.
    private const int Most = 58;

    [Fact]
    public async Task A_rule_that_was_chosen_by_the_votes_behind_another_certificate_proves_no_more_than_others()
    {
        (int tries, int wrong) = await AttackAsync(new([1, 2, 3], SeedOrigin.Server));
        Assert.InRange(tries, Most + 1, Inputs);
        Assert.InRange(wrong, 0, tries / 5);
    }

    // A caller's seed follows from the input alone: that is what a message without the rule would do.
    [Fact]
    public async Task Control_a_seed_that_leaves_the_rule_out_is_caught()
    {
        (_, int wrong) = await AttackAsync(SeedSource.FromCaller(3));
        Assert.True(wrong > Most, $"{wrong}");
    }

    [Fact]
    public void Whatever_a_registry_or_a_request_can_choose_next_leads_to_another_seed()
    {
        ScriptedVoter router = new("router", 1, 50, 25, 25);
        Route[] routes = [.. new[] { 0.25m, 0.5m, 1m }.Select((sigma, k) =>
            new Route($"e{k}", new ScriptedVoter($"e{k}", sigma, 90, 10)))];
        RoutedClassifier Under(RoutingRule rule) => new("router", router, [.. routes], rule);
        RoutedClassifier most = Under(new RoutingRule.MostVoted());
        RoutedClassifier cascade = new([.. routes], new Cascade(0.5m, 0.5m));
        SampleCounts counts = new(10, 100);
        CertificationPlan plan = new(counts, counts, 0.05);
        CertificationPlan anytime = new(SamplingPlan.Adaptive(counts, counts, new()), 0.05);
        string[] texts =
        [
            .. new[]
            {
                most, Under(new RoutingRule.Quantile(0.5m)), Under(new RoutingRule.Quantile(0.4m)),
                    Under(new RoutingRule.Biased(0, 0, 1)),
                Under(new RoutingRule.Biased(0, 1, 0)), most.Restrict(["e0", "e1"]), most.Restrict(["e0", "e2"]),
                most.Restrict(["e0", "e2"], new Dictionary<string, string> { ["e1"] = "e2" }), most.Restrict(["e1"]),
                    new(routes[1], route: 1),
                cascade, new([.. routes], new Cascade(0.5m, 0.6m)),
                    new([routes[1], routes[0], routes[2]], new Cascade(0.5m, 0.5m)),
                cascade.Restrict(["e0", "e2"]),
            }.Select(classifier => classifier.CertificateMessage("x", plan).Text),
            .. new[]
            {
                plan with { Kind = CertificateKind.Dual }, plan with { TwoSided = false },
                    plan with { FailureProbability = 0.04 }, plan with { Reserved = 0.01 },
                (plan with { Reserved = 0.01 }).OfFailover, new(new(11, 100), counts, 0.05),
                    new(counts, new(10, 101), 0.05), anytime,
                new(SamplingPlan.Adaptive(new(11, 100), counts, new()), 0.05),
                    new(SamplingPlan.Scheduled(10, new(50, 100), new()), 0.05),
                new(SamplingPlan.Fixed(counts, counts, new BoundFamily.RandomisedFixedCount()), 0.05),
            }.Select(other => most.CertificateMessage("x", other).Text),
            most.CertificateMessage("y", plan).Text,
            most.PredictionMessage("x", 100, 0.05).Text, most.PredictionMessage("x", 101, 0.05).Text,
                most.RouteMessage("x", 100, 0.05).Text,
        ];
        Assert.Equal(texts.Length, texts.Distinct().Count());
        // Bounds that hold at all looks together: how many, until when, for what radius and at whose request is free.
        SamplingPlan more = SamplingPlan.Adaptive(new(10, 900), new(10, 900),
            new() { Target = 0.5, Resolution = 0.1, Futility = 0.3 }, new(7, 2));
        Assert.Equal(most.CertificateMessage("x", anytime).Text,
            most.CertificateMessage("x", new(more, 0.05) { PeerBudget = 1 }).Text);
        Assert.Equal(most.CertificateMessage("x", plan).Text,
            most.For(new() { Claim = new() { Priority = 3 } }).CertificateMessage("x", plan).Text);
    }

    private static async Task<(int Tries, int Wrong)> AttackAsync(SeedSource seeds)
    {
        int tries = 0, wrong = 0;
        for (int i = 0; i < Inputs; i++)
            if (await RuleAttack.SucceedsAsync(i, seeds) is { } succeeded)
            {
                tries++;
                if (succeeded) wrong++;
            }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{tries} tries at {Inputs} inputs, {wrong} false certificates");
        return (tries, wrong);
    }
}
