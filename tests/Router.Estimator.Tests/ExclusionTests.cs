using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

public sealed class ExclusionTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    // A router torn between the first two experts of three; all name class 2, the third weakly.
    private readonly ScriptedVoter _router = new("router", 1, 0.48, 0.47, 0.05);
    private readonly ScriptedVoter[] _experts =
        [new("a", 0.25m, 0.02, 0.03, 0.95), new("b", 0.5m, 0.05, 0.1, 0.85), new("c", 1, 0.2, 0.2, 0.6)];

    private RoutedClassifier Classifier(RoutingRule? rule = null) =>
        new("router", _router, [new("a", _experts[0]), new("b", _experts[1]), new("c", _experts[2])], rule);

    private int PeersAsked => _experts.Skip(1).Count(expert => expert.Asked.Count > 0);

    [Fact]
    public async Task A_torn_router_is_no_reason_to_abstain_where_the_experts_agree()
    {
        Certificate certificate = await Classifier().CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((2, CertificateKind.Exclusion), (certificate.Class, certificate.Kind));
        Assert.True(certificate.Radius > 0 && certificate.Route!.Radius == 0);
        Assert.Equal(certificate.Radius, Recomputed(certificate));
        Assert.True(
            (await Classifier().CertifyAsync(Input, Plan with { Kind = CertificateKind.Dual }, Seeds)).Abstains);
    }

    [Fact]
    public async Task Peers_are_asked_from_the_most_limiting_on_and_only_while_they_can_raise_the_radius()
    {
        Certificate certificate = await Classifier().CertifyAsync(Input, Plan, Seeds);
        Assert.Equal(["b"], certificate.Peers.Select(peer => peer.Id));
        Assert.True(((RouteEvidence)certificate.Route!).RouteBounds.Radii[2] > certificate.Radius);
        Assert.Empty(_experts[2].Asked);
    }

    [Fact]
    public async Task A_peer_votes_for_the_given_class_on_its_own_stream_beyond_every_other_range()
    {
        Certificate certificate = await Classifier().CertifyAsync(Input, Plan, Seeds);
        VoteRequest request = Assert.Single(_experts[1].Asked);
        PeerEvidence peer = Assert.Single(certificate.Peers);
        Assert.Equal((Counts.PeerRange, 1000L), (request.Range, request.Range.Count));
        Assert.True(request.Range.From >= 1L << 40);
        Assert.Equal((2, 0L, certificate.Ledger[AlphaLedger.Peer]), (peer.Class, peer.Selection.Total, peer.Alpha));
        Assert.Equal(0.9 * 0.00005 / 2, peer.Alpha);
        uint[] streams = [_router.Asked[0].Stream.Id, _experts[0].Asked[0].Stream.Id, request.Stream.Id];
        Assert.Equal(3, streams.Distinct().Count());
    }

    [Fact]
    public async Task A_peer_that_names_another_class_lifts_nothing()
    {
        RoutedClassifier classifier = new(
            "router", _router, [new("a", _experts[0]), new("b", new ScriptedVoter("other", 0.5m, 0.9, 0.05, 0.05)),
                new("c", _experts[2])]);
        Certificate certificate = await classifier.CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((null, 0.0, Stage.Router, "b"),
            (certificate.Class, certificate.Radius, certificate.LimitingStage, certificate.LimitingRoute));
        Assert.Equal(0, Assert.Single(certificate.Peers).Radius);
    }

    [Fact]
    public async Task Without_a_budget_no_peer_is_asked_and_a_torn_router_abstains()
    {
        Certificate certificate = await Classifier().CertifyAsync(Input, Plan with { PeerBudget = 0 }, Seeds);
        Assert.True(certificate.Abstains);
        Assert.Null(certificate.Expert);
        Assert.Equal((0, 0), (PeersAsked, _experts[0].Asked.Count));
        Assert.Equal(1100, certificate.SamplesDrawn);
    }

    // Shares of every kind: budgets from none to all, against everyone asked.
    [Fact]
    public async Task More_budget_never_lowers_the_radius_and_none_is_the_certificate_without_peers()
    {
        RoutingRule[] rules = [new RoutingRule.MostVoted(), new RoutingRule.Quantile(0.4m),
            new RoutingRule.Biased(0.1, 0, -0.1)];
        int raised = 0;
        for (int i = 0; i < 60; i++)
        {
            double first = 0.2 + 0.01 * i, second = (1 - first) * (i % 7) / 8.0;
            double[] shares = [first, second, 1 - first - second];
            RoutedClassifier classifier = new("router", new ScriptedVoter($"router {i}", 1, shares),
            [
                new("a", new ScriptedVoter("a", 0.25m, 0.1, 0.9)),
                new("b", new ScriptedVoter("b", 0.5m, 0.3 - 0.02 * (i % 11), 0.7 + 0.02 * (i % 11))),
                new("c", new ScriptedVoter("c", 1, 0.05 + 0.1 * (i % 6), 0.95 - 0.1 * (i % 6))),
            ], rules[i % 3]);
            double previous = 0;
            for (int budget = 0; budget <= 2; budget++)
            {
                Certificate certificate = await classifier.CertifyAsync(
                    Input, Plan with { PeerBudget = budget }, Seeds);
                Assert.True(certificate.Radius >= previous,
                    $"case {i}: {certificate.Radius} with {budget} peers, {previous} with fewer");
                Assert.True(certificate.Peers.Length <= budget);
                Assert.Equal(certificate.Radius, Recomputed(certificate));
                Assert.Equal(certificate.Class is null, certificate.Radius == 0);
                if (certificate.Radius > previous && budget > 0) raised++;
                previous = certificate.Radius;
            }
        }
        Assert.True(raised > 10, $"{raised}");
    }

    [Fact]
    public async Task The_median_route_is_the_expert_in_the_middle()
    {
        Certificate certificate = await Classifier(new RoutingRule.Quantile(0.5m)).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((1, "b"), (certificate.Route!.Selected, certificate.Expert!.Id));
        Assert.Equal(0, (await Classifier(new RoutingRule.Quantile(0.4m)).PredictAsync(Input, 1000, 0.001, Seeds))
            .Route.Route);
        Assert.Null((await Classifier(new RoutingRule.Quantile(0.47m)).PredictAsync(Input, 1000, 0.001, Seeds))
            .Route.Route);
    }

    [Fact]
    public async Task The_share_of_peers_is_in_the_ledger_whether_they_are_asked_or_not()
    {
        Certificate asked = await Classifier().CertifyAsync(Input, Plan, Seeds);
        Certificate notAsked = await Classifier().CertifyAsync(Input, Plan with { PeerBudget = 0 }, Seeds);
        Assert.Equal(asked.Ledger.ToString(), notAsked.Ledger.ToString());
        Assert.Equal(Classifier().Split(Plan).ToString(), asked.Ledger.ToString());
    }

    [Fact]
    public async Task Samples_of_peers_are_counted_too()
    {
        DrawnSamples drawn = new();
        Certificate certificate = await Classifier().For(new() { Drawn = drawn }).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((3200, 3200), (certificate.SamplesDrawn, drawn.Count));
    }

    [Fact]
    public void A_rule_that_cannot_route_between_these_experts_is_refused()
    {
        Route[] descending = [new("a", _experts[2]), new("b", _experts[1]), new("c", _experts[0])];
        ArgumentException fault = Assert.Throws<ArgumentException>(() =>
            new RoutedClassifier("router", _router, [.. descending], new RoutingRule.Quantile(0.5m)));
        Assert.Contains("ascending order of σ", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Classifier(new RoutingRule.Biased(0, 0)));
    }

    // R = min(R_a, min over j≠a of max(X_j, R_j)) from what the certificate recorded.
    private static double Recomputed(Certificate certificate) =>
        certificate.Expert is not { } expert ? 0 : ((RouteEvidence)certificate.Route!).RouteBounds.Radii
        .Select((excluded, j) => Math.Max(
            excluded, certificate.Peers.FirstOrDefault(peer => peer.Route == j)?.Radius ?? 0))
        .Append(expert.Radius).Min();
}
