
namespace Router.Smoothing.Tests.Certificates;

public sealed class TowardZeroTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(1.0 / 3)]
    [InlineData(3.0902323061678132)]
    [InlineData(0)]
    public void A_float_is_never_above_the_radius(double radius)
    {
        float narrowed = TowardZero.ToSingle(radius);
        Assert.True(narrowed <= radius);
        Assert.True(MathF.BitIncrement(narrowed) > radius);
    }

    [Theory]
    [InlineData(0.9999999, 3, "0.999")]
    [InlineData(0.1, 1, "0.1")]
    [InlineData(2.0, 3, "2.000")]
    [InlineData(0.29999999999999993, 1, "0.2")]
    [InlineData(0, 3, "0.000")]
    [InlineData(double.PositiveInfinity, 3, "inf")]
    [InlineData(0.3, 1, "0.3")]
    [InlineData(1234567890123.75, 1, "1234567890123.7")]
    [InlineData(1e15, 15, "1000000000000000.000000000000000")]
    [InlineData(7.9e28, 1, "79000000000000000000000000000.0")]
    [InlineData(-1, 0, "0")]
    [InlineData(double.NaN, 2, "0.00")]
    [InlineData(double.Epsilon, 15, "0.000000000000000")]
    [InlineData(999_999_999_999.9999, 15, "999999999999.999900000000000")]
    public void Text_is_cut_not_rounded(double radius, int decimals, string expected) =>
        Assert.Equal(expected, TowardZero.Text(radius, decimals));

    [Fact]
    public void An_infinite_radius_stays_infinite() =>
        Assert.Equal(float.PositiveInfinity, TowardZero.ToSingle(double.PositiveInfinity));
}
