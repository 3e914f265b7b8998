using System.Collections.Immutable;
using Router.Smoothing.Tests.Routing;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// The certificate from true probabilities is a theorem, not an estimate: no point of the ball may have another class.
/// </summary>
public sealed class ExclusionGeometryTests
{
    private const int Worlds = 250;
    private const double JustInside = 1 - 1e-9;
    private static readonly double[] Depths = [0.1, 0.3, 0.5, 0.65, 0.75, 0.85, 0.9, 0.95, 0.98, 0.995, JustInside];

    public static TheoryData<string> Rules => ["mostVoted", "quantile", "biased"];

    private static RoutingRule Rule(string kind, int routes, Uniforms random) => kind switch
    {
        "quantile" => new RoutingRule.Quantile((decimal)Math.Round(random.Between(0.15, 0.85), 2)),
        "biased" => new RoutingRule.Biased([.. Enumerable.Range(0, routes).Select(_ => random.Between(-0.6, 0.6))]),
        _ => new RoutingRule.MostVoted(),
    };

    private static bool AnotherClass(HalfSpaceWorld world, double radius, int dimensions)
    {
        int expected = world.ClassAt(0, 0), directions = dimensions == 1 ? 2 : 36;
        for (int i = 0; i < directions; i++)
        {
            double angle = 2 * Math.PI * i / directions;
            foreach (double depth in Depths)
                if (world.ClassAt(depth * radius * Math.Cos(angle), depth * radius * Math.Sin(angle)) != expected)
                    return true;
        }
        return false;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void No_point_inside_the_radius_has_another_class(string kind)
    {
        int certified = 0, byRouter = 0, byPeer = 0, byExpert = 0, raised = 0, beyond = 0;
        foreach (int dimensions in (int[])[1, 2])
            for (int routes = 2; routes <= 4; routes++)
            {
                Uniforms random = new((ulong)(10 * dimensions + routes));
                for (int i = 0; i < Worlds; i++)
                {
                    HalfSpaceWorld world = HalfSpaceWorld.Random(
                        (count, numbers) => Rule(kind, count, numbers), dimensions, routes, random);
                    (double radius, Stage stage, _) = world.Certify(peers: true);
                    double without = world.Certify(peers: false).Radius;
                    Assert.True(without <= radius);
                    if (radius < 1e-3) continue;
                    Assert.False(AnotherClass(world, radius, dimensions),
                        $"world {i}, d = {dimensions}, K = {routes}: R = {radius:R} by {stage}");
                    certified++;
                    (byRouter, byPeer, byExpert) = (byRouter + (stage == Stage.Router ? 1 : 0),
                        byPeer + (stage == Stage.Peer ? 1 : 0), byExpert + (stage == Stage.Expert ? 1 : 0));
                    if (radius > without) raised++;
                    if (AnotherClass(world, 1.02 * radius, dimensions)) beyond++;
                }
            }
        // The worlds exercise every branch, and a radius 2% too large would have been seen.
        Assert.True(certified > 1000 && byRouter > 200 && byPeer > 100 && byExpert > 100 && raised > 200
            && beyond > 200,
            $"{certified} certified, limited by router {byRouter}, peer {byPeer}, expert {byExpert}; peers raised "
            + $"{raised}; 2% more was wrong in {beyond}");
    }

    // One threshold at t > 0 along the line; expert 1 answers otherwise everywhere: the true radius is where the route
    // changes.
    [Theory]
    [InlineData("mostVoted", 0.7)]
    [InlineData("quantile", 0.7 - 0.5 * -0.5244005127080407)] // t − s·Φ⁻¹(.3)
    [InlineData("biased", 0.7 + 0.5 / 2 * (0.1 - 0.4))] // t + (s/2)(b_0 − b_1)
    public void With_two_routes_the_router_term_is_the_distance_to_the_change_of_route(string kind, double distance)
    {
        HalfSpaceWorld world = TwoRoutes(kind, routerThreshold: 0.7, expert: 5, peer: -5);
        (double radius, Stage stage, int? route) = world.Certify(peers: true);
        Assert.Equal((Stage.Router, 1), (stage, route));
        Assert.Equal(distance, radius, 1e-9);
        Assert.Equal((0, 1), (world.ClassAt(radius * JustInside, 0), world.ClassAt(radius * (1 + 1e-6), 0)));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Behind_a_peer_that_agrees_the_radius_is_the_peers(string kind)
    {
        HalfSpaceWorld world = TwoRoutes(kind, routerThreshold: 0.7, expert: 5, peer: 1.5);
        (double radius, Stage stage, int? route) = world.Certify(peers: true);
        Assert.Equal((Stage.Peer, 1), (stage, route));
        Assert.Equal(1.5, radius, 1e-9);
        Assert.Equal((0, 1), (world.ClassAt(radius * JustInside, 0), world.ClassAt(radius * (1 + 1e-6), 0)));
    }

    [Fact]
    public void A_quantile_of_half_space_votes_has_the_exact_distance_to_every_other_route()
    {
        for (int beyond = 1; beyond < 4; beyond++)
        {
            int other = beyond;
            HalfSpaceWorld world = new()
            {
                Rule = new RoutingRule.Quantile(0.4m),
                RouterSigma = 0.8m,
                RouterNormal = (1, 0),
                Thresholds = [0.5, 0.9, 1.6],
                // Only the expert in question disagrees; the others never do within reach.
                Experts = [.. Enumerable.Range(0, 4).Select(k => (1.0, 0.0, k == other ? -9.0 : 9.0, 0.5m))],
            };
            (double radius, Stage stage, int? route) = world.Certify(peers: true);
            Assert.Equal((Stage.Router, other), (stage, route));
            Assert.Equal((0, 1), (world.ClassAt(radius * JustInside, 0), world.ClassAt(radius * (1 + 1e-6), 0)));
        }
    }

    private static HalfSpaceWorld TwoRoutes(string kind, double routerThreshold, double expert, double peer) => new()
    {
        Rule = kind switch
        {
            "quantile" => new RoutingRule.Quantile(0.3m),
            "biased" => new RoutingRule.Biased(0.1, 0.4),
            _ => new RoutingRule.MostVoted(),
        },
        RouterSigma = 0.5m,
        RouterNormal = (1, 0),
        Thresholds = [routerThreshold],
        Experts = ImmutableArray.Create((1.0, 0.0, expert, 0.5m), (1.0, 0.0, peer, 0.25m)),
    };
}
