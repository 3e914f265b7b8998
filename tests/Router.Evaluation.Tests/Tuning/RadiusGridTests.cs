using Router.Evaluation.Tuning;

namespace Router.Evaluation.Tests.Tuning;

public sealed class RadiusGridTests
{
    [Theory]
    [InlineData(-1.0, 0, 0, 0)]
    [InlineData(0.0, 0, 0, 0)]
    [InlineData(1e-9, 1, 0, 0)]
    [InlineData(0.5, 1, 1, 0)]
    [InlineData(0.99, 1, 1, 0)]
    [InlineData(7.0, 1, 1, 1)]
    [InlineData(double.NegativeInfinity, 0, 0, 0)]
    public void An_image_counts_where_its_radius_is_no_less_and_at_0_where_it_has_one(
        double radius, double first, double second, double third) =>
        Assert.Equal([first, second, third], Counted(new([0, 0.5, 1]), radius));

    [Theory]
    [InlineData(-0.2, 0, 0, 0)]
    [InlineData(-0.05, 0.25, 0, 0)]
    [InlineData(0.5, 1, 0.5, 0)]
    [InlineData(0.575, 1, 0.875, 0)]
    [InlineData(0.9, 1, 1, 0)]
    [InlineData(1.1, 1, 1, 1)]
    [InlineData(double.NegativeInfinity, 0, 0, 0)]
    public void On_a_ramp_it_counts_by_how_near_it_is(double radius, double first, double second, double third)
    {
        RadiusGrid grid = new([0, 0.5, 1], width: 0.2);
        double[] counted = Counted(grid, radius);
        foreach ((double expected, double actual) in new[] { first, second, third }.Zip(counted))
            Assert.Equal(expected, actual, 1e-12);
        Assert.Equal(Counted(new([0, 0.5, 1]), radius), Counted(grid.Exact, radius));
    }

    private static double[] Counted(RadiusGrid grid, double radius)
    {
        double[] held = new double[grid.Length];
        grid.Count(radius, held);
        return held;
    }
}
