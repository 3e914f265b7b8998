
namespace Router.Smoothing.Tests.Routing;

public sealed class UndecidedTests
{
    private const int Cases = 400;
    private const int Resolutions = 6;

    private static RoutingRule[] Rules(int routes, Uniforms random) =>
    [
        new RoutingRule.MostVoted(),
        new RoutingRule.Quantile((decimal)Math.Round(random.Between(0.1, 0.9), 3)),
        new RoutingRule.Biased([.. Enumerable.Range(0, routes).Select(_ => random.Between(-0.5, 0.5))]),
    ];

    // However the undecided votes would have fallen, the radii computed from them are not above those of the votes as
    // they truly are.
    [Fact]
    public void Undecided_votes_push_every_bound_against_the_certificate()
    {
        Uniforms random = new(1);
        int strictly = 0;
        for (int i = 0; i < Cases; i++)
        {
            int routes = 2 + random.Below(3);
            long[] counts = [.. Enumerable.Range(0, routes).Select(_ => (long)random.Below(400))];
            long undecided = 1 + random.Below(50);
            int route = random.Below(routes);
            foreach (RoutingRule rule in Rules(routes, random))
                foreach (CertificateKind kind in (CertificateKind[])[CertificateKind.Dual, CertificateKind.Exclusion])
                {
                    AlphaLedger ledger = rule.Split(kind, routes, 0.01);
                    RouteBounds doubtful = rule.Bound(
                        kind, route, 1, StageBounds.AtFixedCount(ledger, RoutingRuleTests.Counts(undecided, counts)));
                    for (int resolution = 0; resolution < Resolutions; resolution++)
                    {
                        long[] resolved = [.. counts];
                        for (long vote = 0; vote < undecided; vote++)
                            resolved[resolution < routes ? resolution : random.Below(routes)]++;
                        RouteBounds certain = rule.Bound(
                            kind, route, 1, StageBounds.AtFixedCount(ledger, RoutingRuleTests.Counts(0, resolved)));
                        for (int j = 0; j < routes; j++)
                        {
                            Assert.True(doubtful.Radii[j] <= certain.Radii[j],
                                $"{rule} {kind}: route {j} of [{string.Join(", ", counts)}] + {undecided}");
                            if (doubtful.Radii[j] < certain.Radii[j]) strictly++;
                        }
                    }
                }
        }
        Assert.True(strictly > Cases);
    }

    [Fact]
    public void Undecided_votes_alone_prove_nothing()
    {
        Uniforms random = new(2);
        foreach (RoutingRule rule in Rules(3, random))
            Assert.All(
                rule.Bound(
                    CertificateKind.Exclusion, 1, 1,
                    StageBounds.AtFixedCount(
                        rule.Split(CertificateKind.Exclusion, 3, 0.01), RoutingRuleTests.Counts(1000, 0, 0, 0))).Radii,
                (radius, j) => Assert.Equal(j == 1 ? double.PositiveInfinity : 0, radius));
    }

    [Fact]
    public void Undecided_votes_take_a_prediction_away()
    {
        foreach (RoutingRule rule in (
            RoutingRule[])[new RoutingRule.MostVoted(), new RoutingRule.Quantile(0.5m), new RoutingRule.Biased(0, 0)])
        {
            Assert.Equal(0, rule.Predict(RoutingRuleTests.Counts(0, 70, 30), 0.01));
            Assert.Null(rule.Predict(RoutingRuleTests.Counts(60, 70, 30), 0.01));
        }
    }
}
