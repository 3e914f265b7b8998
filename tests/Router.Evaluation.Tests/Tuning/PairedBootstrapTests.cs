using Router.Evaluation.Tuning;

namespace Router.Evaluation.Tests.Tuning;

public sealed class PairedBootstrapTests
{
    [Fact]
    public void The_interval_of_a_share_is_the_one_that_its_spread_gives()
    {
        bool[] held = [.. Enumerable.Range(0, 500).Select(i => i % 4 == 0)];
        (double low, double high) = new PairedBootstrap(500, seed: 3).Of(
            times => times.Where((_, i) => held[i]).Sum() / 500.0);
        double reach = 1.96 * Math.Sqrt(0.25 * 0.75 / 500);
        Assert.Equal(0.25 - reach, low, 0.004);
        Assert.Equal(0.25 + reach, high, 0.004);
    }

    [Fact]
    public void Systems_that_agree_on_every_image_do_not_differ() => Assert.Equal(
        (0.0, 0.0), new PairedBootstrap(100, seed: 3).Of(times => times.Sum() - 100));

    [Fact]
    public void The_same_seed_gives_the_same_interval()
    {
        static double Odd(int[] times) => times.Where((_, i) => i % 2 == 1).Sum();
        Assert.Equal(new PairedBootstrap(101, 7).Of(Odd), new PairedBootstrap(101, 7).Of(Odd));
    }
}
