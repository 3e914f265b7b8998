using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Smoothing.Tests.Sampling;

public sealed class SamplingPlanTests
{
    private static readonly FunctionId Function = new("toy");
    private static readonly SampleCounts Counts = new(100, 10_000);
    private static readonly RoutingRule Rule = new RoutingRule.MostVoted();

    private static SamplingPlan Plan(StoppingRules? rules = null) =>
        SamplingPlan.Adaptive(Counts, Counts, rules ?? new());

    // Selection votes in the same proportions.
    private static SampledStage Stage(SamplingPlan plan, AlphaLedger ledger, decimal sigma, params long[] counts)
    {
        if (counts.Length == 0)
            return new(sigma, default, null);
        long[] selection = [.. counts.Select(count => count * 100 / counts.Sum())];
        selection[Array.IndexOf(counts, counts.Max())] += 100 - selection.Sum();
        StageBounds bounds = new(
            plan.Family, ledger, default, new([.. selection], 0, new(0, 100), Function), Counts.Estimation);
        return new(sigma, default, bounds.Look(new([.. counts], 0, new(100, 100 + counts.Sum()), Function)));
    }

    private static SamplingDecision Next(
        SamplingPlan plan, CertificateKind kind, long[] router, long[][] experts, bool expired = false, int budget = 5)
    {
        AlphaLedger ledger = Rule.Split(kind, experts.Length, 0.001);
        return plan.Next(new SamplingState(
            kind, ledger, Rule, Stage(plan, ledger, 1, router),
            [.. experts.Select(expert => Stage(plan, ledger, 0.5m, expert))], budget) { Expired = expired });
    }

    private static SamplingDecision Alone(SamplingPlan plan, params long[] expert)
    {
        AlphaLedger ledger = AlphaLedger.Single(0.001);
        return plan.Next(new SamplingState(
            CertificateKind.Dual, ledger, Rule, null, [Stage(plan, ledger, 0.5m, expert)], 0));
    }

    private static StopReason? ReasonOf(SamplingDecision decision) => (decision as SamplingDecision.Stop)?.Reason;

    private static (Stage, int?) WhoOf(SamplingDecision decision) =>
        decision is SamplingDecision.Draw draw ? (draw.Stage, draw.Route) : default;

    [Fact]
    public void Fixed_counts_draw_the_router_to_its_end_then_the_expert_to_its_end_then_nothing()
    {
        SamplingPlan plan = SamplingPlan.Fixed(Counts, Counts);
        Assert.Equal(new SamplingDecision.Draw(Smoothing.Stage.Router, null, 10_000),
            Next(plan, CertificateKind.Dual, [], [[], []]));
        Assert.Equal(new SamplingDecision.Draw(Smoothing.Stage.Expert, 1, 10_000),
            Next(plan, CertificateKind.Dual, [1000, 9000], [[], []]));
        Assert.Equal(StopReason.NothingCanChange,
            ReasonOf(Next(plan, CertificateKind.Dual, [1000, 9000], [[], [9000, 1000]])));
    }

    [Fact]
    public void Fixed_counts_start_no_stage_that_certainly_cannot_change_the_answer()
    {
        SamplingPlan plan = SamplingPlan.Fixed(Counts, Counts);
        Assert.Equal(StopReason.Unreachable, ReasonOf(Next(plan, CertificateKind.Dual, [5000, 5000], [[], []])));
        Assert.Equal((Smoothing.Stage.Expert, 0), WhoOf(Next(plan, CertificateKind.Exclusion, [5000, 5000], [[], []])));
        Assert.Equal((Smoothing.Stage.Peer, 1),
            WhoOf(Next(plan, CertificateKind.Exclusion, [5000, 5000], [[9000, 1000], []])));
        Assert.Equal(StopReason.Unreachable,
            ReasonOf(Next(plan, CertificateKind.Exclusion, [5000, 5000], [[9000, 1000], []], budget: 0)));
    }

    [Fact]
    public void An_adaptive_plan_begins_with_a_small_look_at_the_router_and_one_at_the_expert()
    {
        Assert.Equal(new SamplingDecision.Draw(Smoothing.Stage.Router, null, 64),
            Next(Plan(), CertificateKind.Exclusion, [], [[], []]));
        Assert.Equal(new SamplingDecision.Draw(Smoothing.Stage.Expert, 1, 64),
            Next(Plan(), CertificateKind.Exclusion, [4, 60], [[], []]));
    }

    [Fact]
    public void The_stage_that_limits_the_radius_draws_next()
    {
        Assert.Equal((Smoothing.Stage.Router, null),
            WhoOf(Next(Plan(), CertificateKind.Dual, [700, 300], [[990, 10], []])));
        Assert.Equal((Smoothing.Stage.Expert, 0),
            WhoOf(Next(Plan(), CertificateKind.Dual, [990, 10], [[700, 300], []])));
    }

    // All that the expert could still prove at σ = .5 lies below the router's radius.
    [Fact]
    public void The_router_is_not_asked_again_once_its_radius_is_beyond_the_experts_ceiling()
    {
        long[] router = [10_000, 0];
        foreach (long drawn in (long[])[32, 500, 5000, 9999])
            Assert.Equal((Smoothing.Stage.Expert, 0),
                WhoOf(Next(Plan(), CertificateKind.Dual, router, [[drawn, 0], []])));
        Assert.Equal(StopReason.NothingCanChange,
            ReasonOf(Next(Plan(), CertificateKind.Dual, [9000, 0], [[10_000, 0], []])));
    }

    [Fact]
    public void A_target_is_reached_unreachable_or_futile()
    {
        SamplingPlan plan = Plan(new() { Target = 0.5 }); // Φ(.5/.5) = .841
        Assert.Equal(StopReason.TargetReached, ReasonOf(Alone(plan, 950, 50)));
        Assert.Null(ReasonOf(Alone(plan, 841, 159)));
        Assert.Equal(StopReason.Futile, ReasonOf(Alone(plan, 700, 300)));
        Assert.Equal(StopReason.Unreachable, ReasonOf(Alone(plan, 7000, 2000)));
        Assert.Equal(StopReason.Unreachable, ReasonOf(Alone(Plan(new() { Target = 2 })))
            ?? ReasonOf(Alone(Plan(new() { Target = 2 }), 32, 0)));
    }

    [Fact]
    public void Without_a_target_a_class_that_will_hardly_be_certified_is_given_up() =>
        Assert.Equal(StopReason.Futile, ReasonOf(Alone(Plan(), 300, 280, 270)));

    [Fact]
    public void A_resolution_is_reached_where_the_draws_that_are_left_would_add_no_more()
    {
        SamplingPlan plan = Plan(new() { Resolution = 0.05 });
        Assert.Null(ReasonOf(Alone(plan, 450, 50)));
        Assert.Equal(StopReason.ResolutionReached, ReasonOf(Alone(plan, 4500, 500)));
        Assert.Null(ReasonOf(Alone(Plan(), 4500, 500)));
    }

    [Fact]
    public void A_deadline_stops_after_the_first_look()
    {
        Assert.Equal((Smoothing.Stage.Router, null),
            WhoOf(Next(Plan(), CertificateKind.Dual, [], [[], []], expired: true)));
        Assert.Equal(StopReason.Deadline,
            ReasonOf(Next(Plan(), CertificateKind.Dual, [30, 2], [[], []], expired: true)));
    }

    [Fact]
    public void A_peer_is_started_where_it_is_likely_to_lift_the_radius_with_fewer_draws_than_the_router()
    {
        // The router is torn: X_1 would take thousands of draws, or never come; a peer that agrees takes dozens.
        Assert.Equal((Smoothing.Stage.Peer, 1),
            WhoOf(Next(Plan(), CertificateKind.Exclusion, [500, 480, 20], [[990, 10], [], []])));
        // A peer that disagrees is left alone.
        Assert.Equal((Smoothing.Stage.Router, null),
            WhoOf(Next(Plan(), CertificateKind.Exclusion, [560, 420, 20], [[990, 10], [100, 400], []])));
        Assert.Equal((Smoothing.Stage.Router, null),
            WhoOf(Next(Plan(), CertificateKind.Exclusion, [560, 420, 20], [[990, 10], [], []], budget: 0)));
    }

    [Fact]
    public void Looks_lie_further_and_further_apart_and_end_at_the_cap()
    {
        ChunkGrowth growth = new(32, 1.25, 16);
        List<long> looks = [];
        for (long drawn = 0; drawn < 1000;)
            looks.Add(drawn = growth.After(drawn, 1000));
        Assert.Equal([32, 64, 96, 128, 160, 208, 272, 352, 448, 560, 704, 880, 1000], looks);
    }

    [Fact]
    public void A_schedule_draws_from_look_to_look()
    {
        SamplingPlan plan = SamplingPlan.Scheduled(100, new(100, 1000, 10_000), new() { Target = 0.5 });
        Assert.Equal(new SamplingDecision.Draw(Smoothing.Stage.Expert, 0, 100), Alone(plan));
        Assert.Equal(new SamplingDecision.Draw(Smoothing.Stage.Expert, 0, 900), Alone(plan, 85, 15));
        Assert.Equal(StopReason.TargetReached, ReasonOf(Alone(plan, 950, 50)));
    }

    [Fact]
    public void No_bad_rule_is_taken()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoppingRules { Target = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoppingRules { Resolution = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoppingRules { Futility = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChunkGrowth(32, 1));
        Assert.Throws<ArgumentException>(() => new BoundFamily.Schedule(100, 100));
    }
}
