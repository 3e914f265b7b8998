using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;
using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

public sealed class ExclusionTests
{
    private const double Inf = double.PositiveInfinity;
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    private static RouteBounds Bounds(params double[] radii) => new(Array.IndexOf(radii, Inf), [.. radii]);

    [Fact]
    public void At_equal_bounds_the_exclusion_radius_is_never_below_the_dual_one()
    {
        Uniforms random = new(3);
        int above = 0;
        for (int i = 0; i < 20_000; i++)
        {
            int routes = 2 + random.Below(3), chosen = random.Below(routes);
            decimal sigma = (decimal)Math.Round(random.Between(0.1, 2), 3);
            // Both tails: p_a from 1e-12 to 1 − 1e-12.
            double tail = Math.Pow(10, -random.Between(0.31, 12));
            Probability lower = random.Below(3) == 0 ? Probability.Of(tail) : Probability.FromComplement(tail);
            double expert = random.Between(0, 3);
            double?[] peers = [.. Enumerable.Range(0, routes)
                .Select(_ => random.Below(2) == 0 ? random.Between(0, 3) : (double?)null)];
            RouteBounds route = RouteBounds.Of(chosen, routes,
                _ => RoutingRule.MostVoted.Radius(sigma, lower, Probability.Of(Math.Pow(10, -random.Between(0, 12)))));
            double dual = Math.Min(Cohen.Radius(sigma, lower), expert);
            double exclusion = Exclusion.Radius(expert, route, peers).Radius;
            Assert.True(exclusion >= dual, $"case {i}: {exclusion:R} < {dual:R}");
            if (exclusion > dual) above++;
        }
        Assert.True(above > 1000);
    }

    // (s/2)(Φ⁻¹(p_a) − Φ⁻¹(U_j)), or s·Φ⁻¹(p_a) where U_j is above 1 − p_a: to the bit, both tails.
    [Fact]
    public void The_radius_of_a_route_is_the_two_sided_radius_of_a_vote()
    {
        Uniforms random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            decimal sigma = (decimal)Math.Round(random.Between(0.1, 2), 3);
            Probability Draw() => Math.Pow(10, -random.Between(0, 14)) is var tail && random.Below(2) == 0
                ? Probability.Of(tail) : Probability.FromComplement(tail);
            (Probability chosen, Probability other) = (Draw(), Draw());
            Assert.Equal(
                Math.Max(Cohen.Radius(sigma, chosen), Cascade.LeadRadius(sigma, chosen, 0.5m, other, 0.5m)),
                RoutingRule.MostVoted.Radius(sigma, chosen, other));
        }
    }

    [Theory]
    [InlineData(1.0, 2.0, 3.0, null, null, 1.0, Stage.Expert, null)] // nothing is below the expert
    [InlineData(1.0, 0.4, 0.3, null, null, 0.3, Stage.Router, 2)] // route 2 was not asked
    [InlineData(1.0, 0.4, 0.3, null, 0.6, 0.4, Stage.Router, 1)] // it was, and now route 1 limits
    [InlineData(1.0, 0.4, 0.3, 0.7, 0.6, 0.6, Stage.Peer, 2)] // both were: the peer's own radius limits
    [InlineData(1.0, 0.4, 0.3, 0.7, 0.1, 0.3, Stage.Router, 2)] // a peer below X_j does not help
    [InlineData(1.0, 0.0, 0.0, 2.0, 2.0, 1.0, Stage.Expert, null)] // all experts agree: the route does not matter
    [InlineData(1.0, 0.0, 0.5, 0.0, 2.0, 0.0, Stage.Router, 1)] // a peer that does not certify the class leaves nothing
    [InlineData(0.0, 0.5, 0.5, null, null, 0.0, Stage.Expert, null)]
    public void The_radius_names_what_limits_it(
        double expert, double x1, double x2, double? r1, double? r2, double radius, Stage stage, int? route) =>
        Assert.Equal((radius, stage, route), Exclusion.Radius(expert, Bounds(Inf, x1, x2), [null, r1, r2]));

    [Fact]
    public void Without_enough_budget_for_the_open_routes_no_expert_needs_to_be_asked()
    {
        Assert.False(Exclusion.CanCertify(Bounds(Inf, 0, 0), 1));
        Assert.True(Exclusion.CanCertify(Bounds(Inf, 0, 0), 2));
        Assert.True(Exclusion.CanCertify(Bounds(Inf, 0.1, 0.2), 0));
    }

    private static VoteCounts Of(int agreeing) => new([1000 - agreeing, agreeing], 0, new(100, 1100), Function);

    private static StageEvidence Expert(int agreeing) =>
        StageEvidence.Of(
            "e1", 0.5m,
            StageBounds.AtFixedCount(Ledger, Of(agreeing), new([0, 100], 0, new(0, 100), Function), new(1, 2)));

    private static PeerEvidence Peer(int route, int label, int agreeing) =>
        PeerEvidence.Of(route, label, $"e{route}", 0.5m, StageBounds.AtFixedCount(Ledger, Of(agreeing)));

    private static readonly AlphaLedger Ledger = new RoutingRule.MostVoted().Split(CertificateKind.Exclusion, 3, 0.001);

    private static RouteEvidence Route(params long[] counts)
    {
        RoutingRule rule = new RoutingRule.MostVoted();
        return RouteEvidence.Of(
            rule, ["e0", "e1", "e2"], CertificateKind.Exclusion, "router", 1,
            new StageBounds(new BoundFamily.FixedCount(), Ledger, new(1, 0),
                new([.. counts], 0, new(0, 1000), Function), 1000)
                .Look(new([.. counts], 0, new(1000, 2000), Function)));
    }

    [Fact]
    public void Where_the_router_is_torn_between_two_experts_that_agree_the_class_is_certified()
    {
        RouteEvidence route = Route(495, 500, 5);
        StageEvidence expert = Expert(990);
        PeerEvidence peer = Peer(0, 1, 980);
        Certificate alone = Exclusion.Certify(route, expert, [], Ledger, "hash");
        Assert.Equal((null, 0.0, Stage.Router, "e0"),
            (alone.Class, alone.Radius, alone.LimitingStage, alone.LimitingRoute));

        Certificate together = Exclusion.Certify(route, expert, [peer], Ledger, "hash");
        Assert.Equal((1, peer.Radius, Stage.Peer, "e0"),
            (together.Class, together.Radius, together.LimitingStage, together.LimitingRoute));
        Assert.Equal((CertificateKind.Exclusion, route.Rule), (together.Kind, together.Routing));
        Assert.Equal(2000 + 1100 + 1000, together.SamplesDrawn);
    }

    [Fact]
    public void A_peers_evidence_for_another_class_or_of_the_routed_expert_is_refused()
    {
        Assert.Throws<ArgumentException>(
            () => Exclusion.Certify(Route(5, 990, 5), Expert(990), [Peer(0, 0, 10)], Ledger, "hash"));
        Assert.Throws<ArgumentException>(
            () => Exclusion.Certify(Route(5, 990, 5), Expert(990), [Peer(1, 1, 990)], Ledger, "hash"));
    }

    [Fact]
    public void Without_an_expert_nothing_is_certified()
    {
        Certificate certificate = Exclusion.Certify(Route(495, 500, 5), expert: null, [], Ledger, "hash");
        Assert.Equal((null, 0.0, Stage.Router, "e0"),
            (certificate.Class, certificate.Radius, certificate.LimitingStage, certificate.LimitingRoute));
    }
}
