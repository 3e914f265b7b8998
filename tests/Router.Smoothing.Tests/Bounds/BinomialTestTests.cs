using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

public class BinomialTestTests
{
    [Fact]
    public void P_values_are_those_of_exact_rational_arithmetic_rounded_up()
    {
        foreach (Row row in BoundsReference.Table<Row>("binomial-test.json"))
        {
            double exact = double.Parse(row.PValue), actual = BinomialTest.TwoSidedAtHalf(row.Larger, row.Total);
            string what = $"{row.Larger} of {row.Total}: {actual:R}, exact {row.PValue}";
            Assert.True(actual >= exact * (1 - 2e-16), what);
            Assert.True(BoundsReference.RelativeError(actual, exact) <= 2e-12, what);
        }
    }

    [Fact]
    public void Ten_unanimous_draws_cannot_decide_at_one_in_a_thousand_and_twelve_do_at_one_in_two_thousand()
    {
        Assert.Equal(1.0 / 512, BinomialTest.TwoSidedAtHalf(10, 10));
        Assert.True(BinomialTest.TwoSidedAtHalf(11, 11) > 0.0005);
        Assert.True(BinomialTest.TwoSidedAtHalf(12, 12) <= 0.0005);
    }

    [Fact]
    public void Even_counts_and_no_counts_tell_nothing_apart()
    {
        Assert.Equal(1, BinomialTest.TwoSidedAtHalf(0, 0));
        Assert.Equal(1, BinomialTest.TwoSidedAtHalf(50, 100));
        Assert.Equal(1, BinomialTest.TwoSidedAtHalf(51, 101));
    }

    [Theory]
    [InlineData(49, 100)]
    [InlineData(101, 100)]
    [InlineData(0, -1)]
    [InlineData(1_000_000_001, 1_000_000_001)]
    public void Counts_that_are_not_the_larger_of_two_are_refused(long larger, long total) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BinomialTest.TwoSidedAtHalf(larger, total));

    private sealed record Row(long Larger, long Total, string PValue);
}
