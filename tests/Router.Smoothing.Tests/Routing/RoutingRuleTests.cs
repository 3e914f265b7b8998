using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Tests.Routing;

public sealed class RoutingRuleTests
{
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);
    private static readonly RoutingRule MostVoted = new RoutingRule.MostVoted();

    internal static VoteCounts Counts(long undecided, params long[] counts) =>
        new([.. counts], undecided, new(0, counts.Sum() + undecided), Function);

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.3, 1)]
    [InlineData(0.29, 0)]
    [InlineData(0.30000001, 1)]
    [InlineData(0.99, 3)]
    public void A_quantile_is_the_first_route_that_enough_votes_do_not_exceed(double tau, int route) =>
        Assert.Equal(route, new RoutingRule.Quantile((decimal)tau).Select(Counts(0, 290, 100, 400, 210)));

    [Fact]
    public void A_quantile_reached_exactly_is_reached() =>
        Assert.Equal(0, new RoutingRule.Quantile(0.3m).Select(Counts(0, 300, 700)));

    [Fact]
    public void Undecided_votes_do_not_take_part_in_selection() =>
        Assert.Equal(0, new RoutingRule.Quantile(0.5m).Select(Counts(900, 60, 40)));

    [Fact]
    public void Without_bias_the_most_voted_route_is_selected_and_a_bias_moves_it()
    {
        VoteCounts votes = Counts(0, 350, 300, 350);
        Assert.Equal(0, new RoutingRule.Biased(0, 0, 0).Select(votes));
        Assert.Equal(0, MostVoted.Select(votes));
        Assert.Equal(1, new RoutingRule.Biased(0, 0.2, 0).Select(votes)); // Φ⁻¹(.35) − Φ⁻¹(.3) = .139
        Assert.Equal(2, new RoutingRule.Biased(-0.2, 0.1, 0).Select(votes));
    }

    [Fact]
    public void A_route_without_votes_needs_more_than_a_finite_bias() =>
        Assert.Equal(1, new RoutingRule.Biased(100, 0).Select(Counts(0, 0, 10)));

    [Fact]
    public void The_exclusion_ledger_gives_the_side_bounds_a_twentieth_each_and_the_rest_to_the_two_main_ones()
    {
        AlphaLedger ledger = MostVoted.Split(CertificateKind.Exclusion, 4, 0.001);
        Assert.Equal("0.001 = router 0.00045 + other route 5E-05/3 + expert 0.00045 + peer 5E-05/3", ledger.ToString());
        Assert.Equal(0.00005 / 3, ledger[AlphaLedger.OtherRoute]);
        Assert.Equal(ledger.ToString(),
            new RoutingRule.Biased(0, 0, 0, 0).Split(CertificateKind.Exclusion, 4, 0.001).ToString());
    }

    [Fact]
    public void A_quantile_splits_the_routers_half_over_its_cumulative_bounds()
    {
        RoutingRule median = new RoutingRule.Quantile(0.5m);
        Assert.Equal("0.001 = router 0.0005/3 + expert 0.00045 + peer 5E-05/3",
            median.Split(CertificateKind.Exclusion, 4, 0.001).ToString());
        Assert.Equal("0.001 = router 0.0005/2 + expert 0.0005",
            median.Split(CertificateKind.Dual, 4, 0.001).ToString());
        Assert.Equal("0.001 = router 0.0005 + expert 0.0005", median.Split(CertificateKind.Dual, 2, 0.001).ToString());
    }

    [Fact]
    public void The_dual_ledger_keeps_halves()
    {
        Assert.Equal(AlphaLedger.Dual(0.001).ToString(), MostVoted.Split(CertificateKind.Dual, 4, 0.001).ToString());
        Assert.Equal(AlphaLedger.Dual(0.001).ToString(),
            new RoutingRule.Biased(0, 1).Split(CertificateKind.Dual, 2, 0.001).ToString());
    }

    [Fact]
    public void In_a_dual_certificate_the_most_voted_route_has_the_radius_of_the_paper()
    {
        VoteCounts votes = Counts(0, 900, 60, 40);
        RouteBounds bounds = MostVoted.Bound(
            CertificateKind.Dual, 0, 0.5m, StageBounds.AtFixedCount(AlphaLedger.Dual(0.001), votes));
        Assert.Equal(Cohen.Radius(0.5m, Cohen.LowerBound(0, votes, 0.0005)), bounds.Radius);
    }

    // Bounds by hand: each X_j from its own Clopper–Pearson bound, at the share of the ledger.
    [Fact]
    public void Bounds_are_those_of_the_formulas()
    {
        VoteCounts votes = Counts(5, 100, 700, 150, 45);
        AlphaLedger ledger = MostVoted.Split(CertificateKind.Exclusion, 4, 0.01);
        double lower = ClopperPearson.Lower(700, 1000, 0.0045).Quantile,
            upper = ClopperPearson.Upper(155, 1000, 0.0005 / 3).Quantile;
        Assert.Equal((lower - upper) / 2,
            MostVoted.Bound(CertificateKind.Exclusion, 1, 1, StageBounds.AtFixedCount(ledger, votes)).Radii[2], 1e-11);
        Assert.Equal((lower - upper + 0.5) / 2,
            new RoutingRule.Biased(0, 0.25, -0.25, 0)
                .Bound(CertificateKind.Exclusion, 1, 1, StageBounds.AtFixedCount(ledger, votes)).Radii[2], 1e-11);

        RoutingRule.Quantile rule = new(0.4m);
        RouteBounds quantile = rule.Bound(CertificateKind.Exclusion, 1, 2,
            StageBounds.AtFixedCount(rule.Split(CertificateKind.Exclusion, 4, 0.01), votes));
        double tau = Normal.Quantile(0.4);
        Assert.Equal(2 * (tau - ClopperPearson.Upper(105, 1000, 0.005 / 3).Quantile), quantile.Radii[0], 1e-11);
        Assert.Equal(double.PositiveInfinity, quantile.Radii[1]);
        Assert.Equal(2 * (ClopperPearson.Lower(800, 1000, 0.005 / 3).Quantile - tau), quantile.Radii[2], 1e-11);
        Assert.Equal(2 * (ClopperPearson.Lower(950, 1000, 0.005 / 3).Quantile - tau), quantile.Radii[3], 1e-11);

        RouteBounds dual = rule.Bound(
            CertificateKind.Dual, 1, 2, StageBounds.AtFixedCount(rule.Split(CertificateKind.Dual, 4, 0.01), votes));
        Assert.Equal(2 * (ClopperPearson.Lower(800, 1000, 0.005 / 2).Quantile - tau), dual.Radii[2], 1e-11);
        Assert.Equal(dual.Radii[2], dual.Radii[3]);
    }

    [Fact]
    public void A_quantile_objects_to_routes_that_do_not_ascend_in_sigma()
    {
        RoutingRule median = new RoutingRule.Quantile(0.5m);
        Assert.Null(median.Objection([0.25m, 0.25m, 1]));
        Assert.Contains("0.25, 1, 0.5", median.Objection([0.25m, 1, 0.5m]), StringComparison.Ordinal);
        Assert.Null(MostVoted.Objection([1, 0.5m]));
        Assert.Contains("3 biases for 2 routes", new RoutingRule.Biased(0, 0, 0).Objection([1, 2]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tau_at_an_end_and_a_bias_that_is_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoutingRule.Quantile(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RoutingRule.Quantile(1));
        foreach (double bias in (double[])[double.NaN, double.PositiveInfinity, -double.MaxValue, double.MaxValue,
            100.00000000000001])
            Assert.Throws<ArgumentException>(() => new RoutingRule.Biased(0, bias));
    }

    [Fact]
    public void Rules_that_say_the_same_are_equal()
    {
        Assert.Equal(new RoutingRule.Biased(0, 1), new RoutingRule.Biased(0, 1));
        Assert.NotEqual(new RoutingRule.Biased(0, 1), new RoutingRule.Biased(0, 2));
        Assert.Equal(["mostVoted", "quantile 0.3", "biased 0,1"], new[] { MostVoted, new RoutingRule.Quantile(0.3m),
            new RoutingRule.Biased(0, 1) }.Select(rule => rule.ToString()));
    }
}
