using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

public sealed class CohenTests
{
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    private static VoteCounts Counts(long undecided, params long[] counts) =>
        new([.. counts], undecided, new(0, counts.Sum() + undecided), Function);

    // Φ⁻¹(α^(1/n)), where every vote agrees: the closed form of the Clopper–Pearson bound (mpmath).
    [Theory]
    [InlineData(100, 0.001, 1.50047502412)]
    [InlineData(10_000, 0.0005, 3.1709136829)]
    [InlineData(100_000, 0.0005, 3.78775886594)]
    public void A_unanimous_vote_reaches_the_closed_form_ceiling(int n, double alpha, double expected)
    {
        double radius = Cohen.Radius(1, Cohen.LowerBound(1, Counts(0, 0, n), alpha));
        Assert.Equal(expected, radius, 9e-10 * expected);
        Assert.Equal(radius, new SampleCounts(100, n).RadiusCeiling(1, alpha));
    }

    [Fact]
    public void Certify_abstains_when_the_lower_bound_is_below_one_half() =>
        Assert.Equal(0, Cohen.Radius(0.5m, Cohen.LowerBound(0, Counts(0, 520, 480), 0.001)));

    [Fact]
    public void The_radius_scales_with_sigma()
    {
        double one = Cohen.Radius(1, Cohen.LowerBound(0, Counts(0, 900, 100), 0.001));
        Assert.Equal(0.25 * one, Cohen.Radius(0.25m, Cohen.LowerBound(0, Counts(0, 900, 100), 0.001)), 1e-14);
    }

    [Fact]
    public void An_undecided_vote_counts_as_a_failure_in_the_lower_bound() =>
        Assert.Equal(Cohen.LowerBound(0, Counts(0, 900, 100), 0.001), Cohen.LowerBound(0, Counts(60, 900, 40), 0.001));

    // scipy.stats.binomtest(k, n, .5).pvalue: (59, 100) .08863, (61, 100) .03520, (66, 100) .00179, (67, 100) .00087
    [Theory]
    [InlineData(67, 33, 0.001, true)]
    [InlineData(66, 34, 0.001, false)]
    [InlineData(61, 39, 0.05, true)]
    [InlineData(59, 41, 0.05, false)]
    public void Predict_answers_where_the_binomial_test_rejects_a_tie(
        long top, long second, double alpha, bool answers) =>
        Assert.Equal(answers ? 0 : null, Cohen.Predict(Counts(0, top, second), alpha));

    // 10 samples cannot decide at α = .001 (2·2⁻¹⁰ = .00195); 11 can (2·2⁻¹¹ = .00098); at .0005 it takes 12.
    [Theory]
    [InlineData(10, 0.001, false)]
    [InlineData(11, 0.001, true)]
    [InlineData(11, 0.0005, false)]
    [InlineData(12, 0.0005, true)]
    public void Predict_needs_enough_samples_to_decide_at_all(long n, double alpha, bool answers) =>
        Assert.Equal(answers ? 1 : null, Cohen.Predict(Counts(0, 0, n), alpha));

    [Fact]
    public void Predict_gives_undecided_votes_to_the_runner_up()
    {
        Assert.Equal(0, Cohen.Predict(Counts(0, 70, 30), 0.001));
        Assert.Null(Cohen.Predict(Counts(40, 70, 30), 0.001));
        Assert.Null(Cohen.Predict(Counts(100, 70, 0), 0.001));
    }
}
