using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

public class TwoSidedTests
{
    private static Smoothing.Votes Counts(long undecided, params long[] counts) =>
        new([.. counts], undecided, new(0, counts.Sum() + undecided), FunctionId.Of([]));

    // scipy: p_A = beta.ppf(.0005, 600, 401), U = beta.isf(.0005/9, 121, 880), .5/2 (norm.ppf(p_A) − norm.ppf(U))
    [Fact]
    public void A_scattered_rest_gives_more_than_half_of_Cohen_s_radius()
    {
        TwoSided bounds = new(alpha => new FixedCountBound(1000, alpha), 0.0005, 0.0005, 10);
        Smoothing.Votes votes = Counts(0, 600, 120, 80, 50, 50, 40, 30, 10, 10, 10);
        double radius = bounds.Radius(0.5m, votes, 0);
        Assert.Equal(SciPyRadius, radius, 1e-9);
        Assert.True(radius > Cohen.Radius(0.5m, ClopperPearson.Lower(600, 1000, 0.0005)));
    }

    private const double SciPyRadius = 0.27451868511668026;

    [Fact]
    public void A_rest_in_one_class_gives_Cohen_s_radius_since_p_B_is_at_most_1_minus_p_A()
    {
        TwoSided bounds = new(alpha => new FixedCountBound(1000, alpha), 0.0005, 0.0005, 10);
        double cohen = Cohen.Radius(1, ClopperPearson.Lower(900, 1000, 0.0005));
        Assert.Equal(cohen, bounds.Radius(1, Counts(0, 0, 900, 100, 0, 0, 0, 0, 0, 0, 0), 1), 1e-13);
        Assert.True(bounds.Radius(1, Counts(0, 0, 900, 100, 0, 0, 0, 0, 0, 0, 0), 1) <= cohen);
    }

    [Fact]
    public void A_class_below_one_half_can_hold_and_a_tie_cannot()
    {
        TwoSided bounds = new(alpha => new FixedCountBound(10_000, alpha), 0.0005, 0.0005, 5);
        Assert.True(bounds.Radius(1, Counts(0, 4500, 1400, 1400, 1400, 1300), 0) > 0);
        Assert.Equal(0, bounds.Radius(1, Counts(0, 4500, 4500, 1000, 0, 0), 0));
        Assert.Equal(0, bounds.Radius(1, Counts(0, 0, 4500, 4500, 1000, 0), 0));
    }

    [Fact]
    public void Undecided_votes_go_to_every_other_class()
    {
        TwoSided bounds = new(alpha => new FixedCountBound(1000, alpha), 0.0005, 0.0005, 3);
        Assert.True(bounds.Radius(1, Counts(0, 480, 260, 260), 0) > 0);
        Assert.Equal(0, bounds.Radius(1, Counts(300, 480, 110, 110), 0));
    }

    [Fact]
    public void Quantiles_that_differ_by_their_rounding_alone_are_no_radius()
    {
        Probability p = Probability.Of(0.999);
        Assert.Equal(0, TwoSided.Radius(1, p, p));
        Assert.Equal(0, TwoSided.Radius(1, Probability.FromComplement(1e-3), Probability.FromComplement(1e-3 * (1 + 4e-16))));
        Assert.Equal(0, TwoSided.Radius(1, Probability.Zero, Probability.One));
    }

    [Fact]
    public void Alpha_is_split_over_the_others_and_a_bound_that_spends_more_is_refused()
    {
        List<double> asked = [];
        _ = new TwoSided(alpha => { asked.Add(alpha); return new BetaMixture(alpha); }, 0.0004, 0.0006, 4);
        Assert.Equal([0.0004, 0.0006 / 3], asked);
        Assert.Throws<ArgumentException>(() => new TwoSided(_ => new BetaMixture(0.001), 0.001, 0.001, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoSided(alpha => new BetaMixture(alpha), 0.001, 0.001, 1));
    }

    [Fact]
    public void Votes_at_another_count_or_over_other_outcomes_than_planned_are_refused()
    {
        TwoSided bounds = new(alpha => new FixedCountBound(1000, alpha), 0.0005, 0.0005, 3);
        Assert.Throws<ArgumentException>(() => bounds.Radius(1, Counts(0, 500, 250, 249), 0));
        Assert.Throws<ArgumentException>(() => bounds.Radius(1, Counts(0, 500, 500), 0));
    }
}
