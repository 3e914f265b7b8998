using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

public class NormalTests
{
    [Fact]
    public void Cdf_and_tail_have_full_relative_accuracy_down_to_1e_300()
    {
        foreach (CdfRow row in BoundsReference.Table<CdfRow>("normal-cdf.json"))
        {
            AssertClose(double.Parse(row.Cdf), Normal.Cdf(row.X), 2e-15, $"Cdf({row.X})");
            AssertClose(double.Parse(row.Tail), Normal.Tail(row.X), 2e-15, $"Tail({row.X})");
        }
    }

    [Fact]
    public void Quantiles_have_full_relative_accuracy_from_subnormal_tails_to_the_last_bit_below_one_half()
    {
        foreach (QuantileRow row in BoundsReference.Table<QuantileRow>("normal-quantile.json"))
        {
            AssertClose(double.Parse(row.TailQuantile), Normal.TailQuantile(row.Q), 2e-15, $"TailQuantile({row.Q})");
            AssertClose(-double.Parse(row.TailQuantile), Normal.Quantile(row.Q), 2e-15, $"Quantile({row.Q})");
        }
    }

    [Fact]
    public void Quantile_of_a_probability_above_one_half_mirrors_its_exact_complement()
    {
        for (int i = 1; i < 64; i++)
            Assert.Equal(-Normal.Quantile(i / 64.0), Normal.Quantile(1 - i / 64.0));
    }

    [Fact]
    public void Ends_of_the_line_are_probabilities_0_and_1_and_back()
    {
        Assert.Equal(0, Normal.Cdf(double.NegativeInfinity));
        Assert.Equal(1, Normal.Cdf(double.PositiveInfinity));
        Assert.Equal(1, Normal.Tail(double.NegativeInfinity));
        Assert.Equal(0, Normal.Tail(double.PositiveInfinity));
        Assert.Equal(double.NegativeInfinity, Normal.Quantile(0));
        Assert.Equal(double.PositiveInfinity, Normal.Quantile(1));
        Assert.Equal(double.PositiveInfinity, Normal.TailQuantile(0));
        Assert.Equal(double.NegativeInfinity, Normal.TailQuantile(1));
        Assert.Equal(0, Normal.Quantile(0.5));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1e-300)]
    [InlineData(1.0000000000000002)]
    public void Quantiles_refuse_what_is_not_a_probability_and_name_value_and_range(double p)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(p));
        Assert.Contains("[0, 1]", error.Message, StringComparison.Ordinal);
        Assert.Equal(p, error.ActualValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.TailQuantile(p));
    }

    [Fact]
    public void Cdf_refuses_NaN()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Cdf(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Tail(double.NaN));
    }

    private static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.True(BoundsReference.RelativeError(actual, expected) <= tolerance,
            $"{what} is {actual:R}, reference {expected:R}");

    private sealed record CdfRow(double X, string Cdf, string Tail);

    private sealed record QuantileRow(double Q, string TailQuantile);
}
