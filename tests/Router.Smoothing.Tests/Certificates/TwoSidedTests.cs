using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>Radii from both sides: p_A below on the class, U_j above on every other.</summary>
public class TwoSidedTests
{
    private const double Alpha = 0.001;

    private static VoteCounts Counts(long undecided, params long[] counts) =>
        new([.. counts], undecided, new(0, counts.Sum() + undecided), FunctionId.Of([]));

    private static StageEvidence Evidence(AlphaLedger ledger, int selected, VoteCounts estimation)
    {
        VoteCounts selection = new([.. estimation.Counts.Select((_, outcome) => outcome == selected ? 1L : 0)], 0,
            new(0, 1), estimation.FunctionId);
        VoteCounts drawn = new(estimation.Counts, estimation.Undecided, new(1, 1 + estimation.Total),
            estimation.FunctionId);
        return StageEvidence.Of("expert", 1,
            new StageBounds(new BoundFamily.FixedCount(), ledger, default, selection, drawn.Total).Look(drawn));
    }

    private static double Radius(VoteCounts estimation, int selected = 0) =>
        Evidence(AlphaLedger.Single(Alpha).WithOtherClasses(estimation.Counts.Length), selected, estimation).Radius;

    private static double OneSided(VoteCounts estimation, int selected = 0) =>
        Evidence(AlphaLedger.Single(Alpha), selected, estimation).Radius;

    // scipy: p_A = beta.ppf(.0005, 600, 401), U = beta.isf(.0005/9, 121, 880), .5 (norm.ppf(p_A) − norm.ppf(U))
    [Fact]
    public void The_radius_is_half_the_gap_of_the_quantiles_of_p_A_and_the_largest_U()
    {
        AlphaLedger halves = AlphaLedger.Of(
            Alpha, new(AlphaLedger.Expert, Alpha / 2), new AlphaShare(AlphaLedger.OtherClass, Alpha / 2, 9));
        Assert.Equal(2 * 0.27451868511668026,
            Evidence(halves, 0, Counts(0, 600, 120, 80, 50, 50, 40, 30, 10, 10, 10)).Radius, 1e-9);
    }

    [Fact]
    public void A_scattered_rest_gives_more_than_one_side_and_a_rest_in_one_class_nearly_the_same()
    {
        VoteCounts scattered = Counts(0, 6000, 1200, 800, 500, 500, 400, 300, 100, 100, 100),
        gathered = Counts(0, 0, 9000, 1000, 0, 0, 0, 0, 0, 0, 0);
        Assert.True(Radius(scattered) > 2 * OneSided(scattered));
        Assert.InRange(Radius(gathered, 1), 0.995 * OneSided(gathered, 1), OneSided(gathered, 1));
    }

    [Fact]
    public void The_radius_is_never_below_what_its_own_p_A_proves_alone()
    {
        for (long wrong = 0; wrong <= 5000; wrong += 250)
        {
            VoteCounts votes = Counts(0, 10_000 - wrong, wrong / 2, wrong - wrong / 2);
            StageEvidence evidence = Evidence(AlphaLedger.Single(Alpha).WithOtherClasses(3), 0, votes);
            Assert.True(evidence.Radius >= Cohen.Radius(1, evidence.LowerBound), $"{wrong}");
        }
    }

    [Fact]
    public void A_class_below_one_half_can_hold_and_a_tie_cannot()
    {
        Assert.True(Radius(Counts(0, 4500, 1400, 1400, 1400, 1300)) > 0);
        Assert.Equal(0, Radius(Counts(0, 4500, 4500, 1000, 0, 0)));
        Assert.Equal(0, Radius(Counts(0, 0, 4500, 4500, 1000, 0), 1));
    }

    [Fact]
    public void Undecided_votes_go_to_every_other_class()
    {
        Assert.True(Radius(Counts(0, 480, 260, 260)) > 0);
        Assert.Equal(0, Radius(Counts(300, 480, 110, 110)));
    }

    [Fact]
    public void Passes_go_to_no_class_so_that_few_votes_can_hold_where_a_rival_has_fewer()
    {
        VoteCounts passing = new([200, 40, 40], 0, new(0, 1000), FunctionId.Of([]), passed: 720),
            doubtful = new([200, 40, 40], 720, new(0, 1000), FunctionId.Of([]));
        Probability lower = Cohen.LowerBound(0, passing, 0.0005), other = Cohen.UpperBound(1, passing, 0.00025);
        Assert.True(other < lower && lower < Probability.Of(0.5));
        Assert.Equal((lower.Quantile - other.Quantile) / 2, Cohen.Radius(1, lower, [other, other]), 1e-9);
        Assert.Equal(lower, Cohen.LowerBound(0, doubtful, 0.0005));
        Assert.Equal(0, Cohen.Radius(1, lower, [Cohen.UpperBound(1, doubtful, 0.00025)]));
    }

    [Fact]
    public void Quantiles_that_differ_by_their_rounding_alone_are_no_radius()
    {
        Probability p = Probability.Of(0.4);
        Assert.Equal(0, Cohen.Radius(1, p, [p]));
        Assert.Equal(0, Cohen.Radius(1, p, [Probability.Of(Math.BitDecrement(0.4))]));
        Assert.Equal(0, Cohen.Radius(1, Probability.Zero, [Probability.One]));
    }

    [Fact]
    public void The_other_classes_of_the_expert_and_of_every_peer_have_parts_of_their_own_within_the_same_total()
    {
        AlphaLedger ledger = new RoutingRule.MostVoted().Split(CertificateKind.Exclusion, 4, 0.001)
            .WithOtherClasses(10);
        Assert.Equal(
            "0.001 = router 0.00045 + other route 5E-05/3 + expert 0.000405 + other class 4.5E-05/9 + peer 4.5E-05/3 + "
            + "other class of peers 5E-06/27",
            ledger.ToString());
        Assert.Equal(0.001, ledger.Shares.Sum(share => share.Alpha), 1e-15);
        Assert.Equal(AlphaLedger.Single(0.001).ToString(), AlphaLedger.Single(0.001).WithOtherClasses(1).ToString());
    }

    [Fact]
    public void Evidence_without_all_the_upper_bounds_is_one_sided()
    {
        StageEvidence evidence = Evidence(
            AlphaLedger.Single(Alpha).WithOtherClasses(3), 0, Counts(0, 4500, 2800, 2700));
        Assert.True(evidence.Radius > 0);
        Assert.Equal(0, (evidence with { Bounds = evidence.Bounds.RemoveAt(2) }).Radius);
    }
}
