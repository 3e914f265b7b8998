using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Smoothing.Tests.Routing;

namespace Router.Smoothing.Tests.Sampling;

/// <summary>
/// How often a certificate that stopped by a rule is false, where the vote probabilities lie at the decision boundary:
/// α = .05, 10 000 runs of Philox words per rule. False alarms at 1e-6 each. The controls break a rule of
/// docs/certificates.md, section 4.
/// </summary>
public sealed class SamplingCoverageTests
{
    private const double Alpha = 0.05;
    private const int Runs = 10_000;
    private static readonly int Most = BinomialDraws.AtMost(Runs, Alpha);
    private static readonly SampleCounts Counts = new(40, 400);
    private static readonly ChunkGrowth Doubling = new(25, 2, Multiple: 1);

    // Φ(1.5) less a hair: a radius of 1.5 is false.
    private const double Truth = 1.5;
    private static readonly double Boundary = Normal.Cdf(Truth) - 1e-9;

    private static SamplingPlan Plan(StoppingRules rules) => SamplingPlan.Adaptive(Counts, Counts, rules, Doubling);

    private static (int False, int AnyWrong, Dictionary<StopReason, int> Reasons) Count(
        SimulatedCertificate certificate, double truth = Truth)
    {
        int wrong = 0, any = 0;
        Dictionary<StopReason, int> reasons = [];
        for (ulong run = 0; run < Runs; run++)
        {
            (double radius, bool anyWrong, _, StopReason reason) = certificate.Run(run);
            if (radius >= truth) wrong++;
            if (anyWrong) any++;
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{wrong} false, {any} with a wrong bound of {Runs}; {string.Join(", ", reasons)}");
        return (wrong, any, reasons);
    }

    private static SimulatedCertificate Alone(StoppingRules rules, int? deadline = null) =>
        new(Plan(rules), AlphaLedger.Single(Alpha), router: 0, Boundary) { Kind = CertificateKind.Dual,
            LooksBeforeDeadline = deadline };

    // Few looks at α/m each miss more often than a mixture does in so few draws: more for the simulation to see.
    private static SamplingPlan Schedule(StoppingRules rules) => SamplingPlan.Scheduled(40, new(50, 150, 400), rules);

    private static SimulatedCertificate Routed(SamplingPlan plan, bool shared = false, double peer = 0)
    {
        CertificateKind kind = peer > 0 ? CertificateKind.Exclusion : CertificateKind.Dual;
        return new(plan, new RoutingRule.MostVoted().Split(kind, 2, Alpha), Boundary, Boundary, peer) { Kind = kind,
            SharedWords = shared };
    }

    [Fact]
    public void Stopping_where_the_target_is_reached_holds()
    {
        (int wrong, _, Dictionary<StopReason, int> reasons) = Count(Alone(new() { Target = Truth }));
        Assert.InRange(wrong, 1, Most);
        Assert.Equal(wrong, reasons[StopReason.TargetReached]);
    }

    [Fact]
    public void Stopping_at_a_resolution_holds()
    {
        (int wrong, _, Dictionary<StopReason, int> reasons) = Count(Alone(new() { Resolution = 0.1 }));
        Assert.InRange(wrong, 1, Most);
        Assert.True(reasons[StopReason.ResolutionReached] > Runs / 10);
    }

    [Fact]
    public void Giving_up_as_futile_at_any_error_costs_no_alpha()
    {
        (int wrong, _, Dictionary<StopReason, int> reasons) = Count(Alone(new() { Target = Truth, Futility = 0.5 }));
        Assert.InRange(wrong, 1, Most);
        Assert.True(reasons[StopReason.Futile] > Runs / 2);
    }

    [Fact]
    public void Stopping_at_a_deadline_that_comes_at_any_look_holds()
    {
        (int wrong, _, Dictionary<StopReason, int> reasons) = Count(Alone(new(), deadline: 5));
        Assert.InRange(wrong, 1, Most);
        Assert.True(reasons[StopReason.Deadline] > Runs / 2);
    }

    [Fact]
    public void Router_and_expert_in_turns_hold_together()
    {
        (int wrong, int any, _) = Count(Routed(Schedule(new() { Resolution = 0.1 })));
        Assert.InRange(wrong, 0, Most);
        Assert.InRange(any, 1, Most);
    }

    // As dependent as two stages can be: they fail together, so that the minimum itself fails.
    [Fact]
    public void Router_and_expert_on_the_same_words_hold_together()
    {
        (int wrong, int any, _) = Count(Routed(Plan(new() { Target = Truth }), shared: true));
        Assert.InRange(wrong, 1, Most);
        Assert.InRange(any, wrong, Most);
    }

    [Fact]
    public void Router_expert_and_peer_in_turns_hold_together()
    {
        // Route and peer limit alike, the expert at the boundary too: whichever bound is wrong may make the certificate
        // false.
        (int wrong, int any, _) = Count(Routed(Schedule(new()), peer: Boundary));
        Assert.InRange(wrong, 0, Most);
        Assert.InRange(any, 1, Most);
    }

    // A schedule is the same plan with the bounds of Horváth et al. 2022.
    [Fact]
    public void A_schedule_of_looks_holds_under_the_same_rules()
    {
        (int wrong, _, _) = Count(new(Schedule(new() { Target = Truth }), AlphaLedger.Single(Alpha), router: 0,
            Boundary) { Kind = CertificateKind.Dual });
        Assert.InRange(wrong, 1, Most);
    }

    [Fact]
    public void Control_an_unsplit_alpha_is_seen_in_the_joint_claim()
    {
        // One look, so that each bound fails with probability α exactly.
        SamplingPlan plan = SamplingPlan.Scheduled(40, new(400), new());
        double boundary = ClopperPearson.Lower(390, 400, Alpha).Value * (1 - 1e-9);
        AlphaLedger unsplit = AlphaLedger.Of(
            2 * Alpha, new(AlphaLedger.Router, Alpha), new AlphaShare(AlphaLedger.Expert, Alpha));
        Assert.True(Count(new(plan, unsplit, boundary, boundary) { Kind = CertificateKind.Dual }).AnyWrong > Most);
        Assert.InRange(Count(new(plan, AlphaLedger.Dual(Alpha), boundary, boundary) { Kind = CertificateKind.Dual })
            .AnyWrong, 1, Most);
    }

    [Fact]
    public void Control_stopping_on_Clopper_Pearson_at_the_same_looks_is_seen()
    {
        Assert.True(FalseAtAnyLook((successes, draws) => Cohen.Radius(1, ClopperPearson.Lower(successes, draws, Alpha)),
            Boundary, Counts.Estimation) > Most);
    }

    [Fact]
    public void Control_a_radius_two_percent_too_large_is_seen()
    {
        const long Cap = 40_000;
        BetaMixture mixture = new(Alpha, 38.5, 2.5);
        Assert.InRange(FalseAtAnyLook(
            (successes, draws) => Cohen.Radius(1, mixture.Lower(successes, draws)), Boundary, Cap), 1, Most);
        Assert.True(FalseAtAnyLook(
            (successes, draws) => 1.02 * Cohen.Radius(1, mixture.Lower(successes, draws)), Boundary, Cap) > Most);
    }

    // Radii rise in the successes: at each look, all from some number of successes on are false.
    private static int FalseAtAnyLook(Func<long, long, double> radius, double p, long cap)
    {
        List<(BinomialDraws Chunk, long Least)> looks = [];
        for (long before = 0; before < cap;)
        {
            long draws = Doubling.After(before, cap), low = 0, high = draws + 1;
            while (low < high)
                if (low + (high - low) / 2 is var middle && radius(middle, draws) >= Truth) high = middle;
                else low = middle + 1;
            looks.Add((new(draws - before, p), low));
            before = draws;
        }
        Uniforms random = new(11);
        int wrong = 0;
        for (int run = 0; run < Runs; run++)
        {
            long successes = 0;
            bool any = false;
            foreach ((BinomialDraws chunk, long least) in looks)
                any |= (successes += chunk.Next(random)) >= least;
            if (any) wrong++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{wrong} false at any of {looks.Count} looks");
        return wrong;
    }
}
