using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

public class ProbabilityTests
{
    [Theory]
    [InlineData(1e-15, 7.941345326170997)] // scipy.stats.norm.isf
    [InlineData(1e-100, 21.273453560965322)]
    [InlineData(0.001, 3.090232306167813)]
    public void Quantile_near_one_comes_from_the_complement(double complement, double quantile)
    {
        Assert.Equal(quantile, Probability.FromComplement(complement).Quantile, 1e-13);
        Assert.Equal(-quantile, Probability.Of(complement).Quantile, 1e-13);
        Assert.Equal(-quantile, Probability.FromComplement(complement).Opposite.Quantile, 1e-13);
    }

    [Fact]
    public void Order_sees_digits_that_the_value_has_rounded_away()
    {
        Probability nearer = Probability.FromComplement(1e-30), near = Probability.FromComplement(1e-20);
        Assert.Equal(near.Value, nearer.Value);
        Assert.True(near < nearer);
        Assert.True(nearer > near);
        Assert.Equal(near, Probability.Min(nearer, near));
        Assert.Equal(nearer, Probability.Max(near, nearer));
        Assert.False(near < Probability.FromComplement(1e-20));
    }

    [Fact]
    public void Zero_and_one_have_infinite_quantiles_and_the_default_is_zero()
    {
        Assert.Equal(double.NegativeInfinity, Probability.Zero.Quantile);
        Assert.Equal(double.PositiveInfinity, Probability.One.Quantile);
        Assert.Equal(1, default(Probability).Complement);
        Assert.Equal(double.NegativeInfinity, default(Probability).Quantile);
    }

    [Theory]
    [InlineData(0.25, 0.5)]
    [InlineData(1.5, -0.5)]
    [InlineData(-0.5, 1.5)]
    [InlineData(double.NaN, 0.5)]
    [InlineData(0.5, double.NaN)]
    public void Value_and_complement_that_are_not_one_probability_are_refused(double value, double complement) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Probability(value, complement));
}
