using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

public sealed class DualTests
{
    private static readonly AlphaLedger Ledger = AlphaLedger.Dual(0.001);
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    private static StageEvidence Stage(
        decimal sigma, int agreeing, string share = AlphaLedger.Expert, double alpha = 0.0005) => StageEvidence.Of(
            "toy", sigma,
            StageBounds.AtFixedCount(
                AlphaLedger.Of(alpha, new AlphaShare(share, alpha)),
                new([1000 - agreeing, agreeing], 0, new(100, 1100), Function),
                new([0, 100], 0, new(0, 100), Function), new(1, 0)),
            share);

    private static StageEvidence Route(decimal sigma, int agreeing) => Stage(sigma, agreeing, AlphaLedger.Router);

    [Fact]
    public void The_radius_is_the_smaller_of_route_and_expert()
    {
        StageEvidence route = Route(1, 900), expert = Stage(0.25m, 990);
        Certificate certificate = Dual.Certify(route, expert, Ledger, "hash");
        Assert.Equal((1, expert.Radius, Smoothing.Stage.Expert),
            (certificate.Class, certificate.Radius, certificate.LimitingStage));
        Assert.True(expert.Radius < route.Radius);
    }

    [Fact]
    public void A_wavering_router_limits_the_radius()
    {
        StageEvidence route = Route(1, 600), expert = Stage(1, 990);
        Certificate certificate = Dual.Certify(route, expert, Ledger, "hash");
        Assert.Equal((route.Radius, Smoothing.Stage.Router), (certificate.Radius, certificate.LimitingStage));
    }

    [Fact]
    public void A_radius_of_zero_is_an_abstention()
    {
        Certificate byExpert = Dual.Certify(Route(1, 900), Stage(1, 500), Ledger, "hash");
        Assert.True(byExpert.Abstains);
        Assert.Equal((0, Smoothing.Stage.Expert), (byExpert.Radius, byExpert.LimitingStage));

        Certificate byRouter = Dual.Certify(Route(1, 500), expert: null, Ledger, "hash");
        Assert.True(byRouter.Abstains);
        Assert.Equal((0, Smoothing.Stage.Router), (byRouter.Radius, byRouter.LimitingStage));
    }

    [Fact]
    public void Evidence_that_spends_more_than_its_share_is_refused()
    {
        Assert.Throws<ArgumentException>(
            () => Dual.Certify(Route(1, 900), Stage(1, 990, alpha: 0.0006), Ledger, "hash"));
        Assert.Throws<ArgumentException>(() => Dual.Certify(Stage(1, 900), Stage(1, 990), Ledger, "hash"));
        Assert.Throws<ArgumentException>(
            () => Dual.Certify(Route(1, 900), Stage(1, 990), AlphaLedger.Single(0.001), "hash"));
    }

    // A copy with other votes must not keep a radius of its own.
    [Fact]
    public void The_radius_of_evidence_is_that_of_its_bound()
    {
        StageEvidence evidence = Stage(1, 990);
        BoundEvidence bound = Assert.Single(evidence.Bounds);
        Assert.Equal(Cohen.Radius(1, bound.Value), evidence.Radius);
        Assert.Equal(Stage(1, 900).Radius, (evidence with { Bounds = [bound with { Successes = 900 }] }).Radius);
        Assert.Equal(0, (evidence with { Selection = new([100, 0], 0, new(0, 100), Function) }).Radius);
    }

    [Fact]
    public void A_mix_of_one_expert_has_no_cap()
    {
        StageEvidence expert = Stage(1, 1000);
        Assert.Equal(expert.Radius, Dual.Certify(route: null, expert, AlphaLedger.Single(0.0005), "hash").Radius);
    }
}
