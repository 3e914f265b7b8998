using Router.Training.Objectives;
using Router.Training.Targets;

namespace Router.Training.Tests.Objectives;

public sealed class GoodRoutesTests
{
    // SciPy 1.10: beta.sf(norm.cdf(rho / sigma), k + 1, n - k + 1).
    [Theory]
    [InlineData(100, 100, 0.25, 0, 1.0)]
    [InlineData(100, 100, 0.25, 0.5, 0.9021484595436672)]
    [InlineData(99, 100, 0.25, 0.5, 0.6720745670023909)]
    [InlineData(64, 64, 1.0, 2.25, 0.5504406489898047)]
    [InlineData(50, 64, 1.0, 0.75, 0.5163883064472442)]
    [InlineData(32, 64, 0.5, 0, 0.5000000000000001)]
    [InlineData(0, 64, 0.5, 0, 2.710505431213761e-20)]
    [InlineData(40, 64, 0.5, 0.25, 0.11745413655595827)]
    [InlineData(1000, 1000, 0.12, 0.25, 0.99999999318789)]
    [InlineData(731, 1000, 1.0, 0.5, 0.996757241617607)]
    [InlineData(10, 64, 0.25, 0.25, 3.486882878976216e-34)]
    [InlineData(63, 64, 0.12, 0.3, 0.06202404751845223)]
    public void The_chance_that_a_route_is_good_is_SciPys_posterior(
        long votes, int draws, double sigma, double radius, double chance)
    {
        ImageRadii image = new(0, 0, [0]) { Draws = draws, Votes = [votes] };
        Assert.Equal(chance, GoodRoutes.Chance(image, 0, (decimal)sigma, radius), 1e-12);
    }

    [Fact]
    public void A_radius_that_is_given_is_good_up_to_itself_and_a_radius_of_0_nowhere()
    {
        ImageRadii image = new(0, 0, [0.5, 0]);
        Assert.Equal([1, 1, 0], new[] { 0, 0.5, 0.51 }.Select(radius => GoodRoutes.Chance(image, 0, 0.25m, radius)));
        Assert.Equal(0, GoodRoutes.Chance(image, 1, 0.25m, 0));
    }

    [Fact]
    public void A_radius_beyond_all_draws_of_a_small_sigma_is_out_of_reach() =>
        Assert.Equal(0, GoodRoutes.Chance(new(0, 0, [0]) { Draws = 100, Votes = [100] }, 0, 0.12m, 40));

    [Fact]
    public void The_table_holds_a_row_per_image_and_radius()
    {
        TrueRadii targets = new([new("a", 0.25m), new("b", 1m)], [new(4, 0, [0.5, 0.2]), new(9, 1, [0, 1.5])]);
        Assert.Equal([1, 1, 1, 0, 0, 0, /* image 9 */ 0, 1, 0, 1, 0, 1], GoodRoutes.Table(targets, [0, 0.25, 1]));
    }
}
