using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;
using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// How often the certificate is false, where every probability lies at the decision boundary: two routes on a line,
/// half-spaces throughout, so that the true radius is known and a certificate is false exactly where its radius is
/// larger. Exclusion and dual certificates of every routing rule.
/// </summary>
public sealed class ExclusionCoverageTests
{
    private const double Alpha = 0.05;
    private const int Runs = 12_000;
    private const int Draws = 10_000;
    private const double Boundary = 0.8;
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    /// <summary>True radii of a world: how far the route holds, the routed expert, and its peer.</summary>
    private sealed record World(RoutingRule Rule, double Route, double Expert, double Peer)
    {
        public double Truth => Math.Min(Expert, Math.Max(Route, Peer));

        // s = 1. F_0 = P_0 = Φ(t) with t where each rule changes its route at distance Route.
        public double RouterProbability => Normal.Cdf(Route + Rule switch
        {
            RoutingRule.Quantile { Tau: var tau } => Normal.Quantile((double)tau),
            RoutingRule.Biased biased => (biased.Bias[1] - biased.Bias[0]) / 2,
            _ => 0,
        });
    }

    private static readonly RoutingRule[] Rules =
        [new RoutingRule.MostVoted(), new RoutingRule.Quantile(0.3m), new RoutingRule.Biased(0.2, -0.3)];

    private static IEnumerable<World> Worlds => Rules.SelectMany(rule => (World[])
    [
        new(rule, Boundary, 2 * Boundary, 0), // the route limits, and its peer disagrees
        // route and peer limit alike: either bound too large is a false certificate
        new(rule, Boundary, 2 * Boundary, Boundary),
        new(rule, 0.3, 2 * Boundary, Boundary), // the peer limits
        new(rule, 2 * Boundary, Boundary, 0), // the expert limits
    ]);

    private static VoteCounts Counts(long successes) => new([successes, Draws - successes], 0, new(0, Draws), Function);

    private static int FalseCertificates(World world, AlphaLedger ledger, double inflation = 1, CertificateKind kind =
        CertificateKind.Exclusion)
    {
        const decimal ExpertSigma = 0.5m;
        Uniforms random = new(77);
        BinomialDraws router = new(Draws, world.RouterProbability);
        BinomialDraws expert = new(Draws, Normal.Cdf(world.Expert / (double)ExpertSigma));
        BinomialDraws peer = new(Draws, Normal.Cdf(world.Peer / (double)ExpertSigma));
        Dictionary<long, RouteBounds> routes = [];
        Dictionary<(long, double), double> radii = [];
        double RadiusOf(long successes, double alpha) => radii.TryGetValue((successes, alpha), out double known)
            ? known
            : radii[(successes, alpha)] = Cohen.Radius(ExpertSigma, Cohen.LowerBound(0, Counts(successes), alpha));
        int wrong = 0;
        for (int run = 0; run < Runs; run++)
        {
            (long votes, long expertVotes, long peerVotes) = (
                router.Next(random), expert.Next(random), peer.Next(random));
            if (!routes.TryGetValue(votes, out RouteBounds? bounds))
                routes[votes] = bounds = world.Rule.Bound(kind, 0, 1, StageBounds.AtFixedCount(ledger, Counts(votes)));
            double own = RadiusOf(expertVotes, ledger[AlphaLedger.Expert]);
            double?[] peers = [null, null];
            if (kind == CertificateKind.Exclusion && bounds.Radii[1] < own)
                peers[1] = RadiusOf(peerVotes, ledger[AlphaLedger.Peer]);
            if (Exclusion.Radius(own, bounds, peers).Radius * inflation > world.Truth) wrong++;
        }
        return wrong;
    }

    [Fact]
    public void A_false_certificate_is_no_more_frequent_than_alpha()
    {
        foreach (World world in Worlds)
            Assert.InRange(FalseCertificates(world, world.Rule.Split(CertificateKind.Exclusion, 2, Alpha)), 1,
                BinomialDraws.AtMost(Runs, Alpha));
    }

    [Fact]
    public void A_radius_two_percent_too_large_would_be_seen()
    {
        foreach (World world in Worlds.Where(world => world.Route >= world.Peer && world.Expert > world.Truth))
            Assert.True(FalseCertificates(world, world.Rule.Split(CertificateKind.Exclusion, 2, Alpha),
                1.02) > BinomialDraws.AtMost(Runs, Alpha), $"{world}");
    }

    // Whether the peer agrees or not is nothing to a dual certificate.
    [Fact]
    public void A_dual_certificate_is_false_no_more_often_than_alpha_and_two_percent_more_would_be_seen()
    {
        foreach (World world in Worlds.Where(world => world.Peer == 0))
        {
            AlphaLedger ledger = world.Rule.Split(CertificateKind.Dual, 2, Alpha);
            Assert.InRange(FalseCertificates(world, ledger, kind: CertificateKind.Dual), 1,
                BinomialDraws.AtMost(Runs, Alpha));
            Assert.True(FalseCertificates(world, ledger, 1.02, CertificateKind.Dual) > BinomialDraws.AtMost(Runs,
                Alpha), $"{world}");
        }
    }

    // Where one term alone decides, all of α could be spent on it; where route and peer decide together, 2α − α² of the
    // certificates are false.
    [Fact]
    public void Alpha_that_is_not_split_would_be_seen()
    {
        AlphaLedger unsplit = AlphaLedger.Of(
            0.5, new(AlphaLedger.Router, Alpha), new(AlphaLedger.OtherRoute, Alpha), new(AlphaLedger.Expert, Alpha),
            new AlphaShare(AlphaLedger.Peer, Alpha));
        foreach (World world in Worlds.Where(world => world.Route == world.Peer))
            Assert.True(FalseCertificates(world, unsplit) > BinomialDraws.AtMost(Runs, Alpha), $"{world}");
    }
}
