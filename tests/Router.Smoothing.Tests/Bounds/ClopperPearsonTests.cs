using FsCheck;
using FsCheck.Fluent;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

public class ClopperPearsonTests
{
    [Fact]
    public void Lower_is_the_exact_bound_rounded_outward_in_value_and_complement()
    {
        foreach (Row row in BoundsReference.Table<Row>("clopper-pearson.json"))
            AssertOutward(row, ClopperPearson.Lower(row.K, row.N, row.Alpha));
    }

    [Fact]
    public void Upper_mirrors_lower()
    {
        foreach (Row row in BoundsReference.Table<Row>("clopper-pearson.json"))
            AssertOutward(row, ClopperPearson.Upper(row.N - row.K, row.N, row.Alpha).Opposite);
    }

    [Fact]
    public void Bounds_grow_with_the_successes_and_shrink_toward_the_rate_as_alpha_grows()
    {
        Gen<(int K, int N, double Alpha)> cases =
            from n in Gen.Choose(2, 5000)
            from k in Gen.Choose(0, n - 1)
            from exponent in Gen.Choose(1, 120)
            select (k, n, Math.Pow(10, -exponent / 10.0) / 2);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Probability lower = ClopperPearson.Lower(c.K, c.N, c.Alpha),
            upper = ClopperPearson.Upper(c.K, c.N, c.Alpha);
            return lower < ClopperPearson.Lower(c.K + 1, c.N, c.Alpha)
                && upper < ClopperPearson.Upper(c.K + 1, c.N, c.Alpha) | c.K + 1 == c.N
                && lower.Value <= (double)c.K / c.N && (double)c.K / c.N <= upper.Value
                && (c.K == 0 || ClopperPearson.Lower(c.K, c.N, c.Alpha / 2) < lower);
        }).Check(Config.QuickThrowOnFailure.WithReplay(20260101, 1));
    }

    [Theory]
    [InlineData(100, 0.001, 1.50)]
    [InlineData(10_000, 0.0005, 3.171)]
    [InlineData(100_000, 0.0005, 3.788)]
    public void Radius_ceilings_are_those_of_all_successes(long draws, double alpha, double ceiling) =>
        Assert.Equal(ceiling, ClopperPearson.Lower(draws, draws, alpha).Quantile, 1e-3 * ceiling);

    [Fact]
    public void No_success_bounds_nothing_below_and_no_failure_nothing_above()
    {
        Assert.Equal(Probability.Zero, ClopperPearson.Lower(0, 100, 0.001));
        Assert.Equal(Probability.One, ClopperPearson.Upper(100, 100, 0.001));
    }

    [Theory]
    [InlineData(1, 0, 0.05)]
    [InlineData(-1, 10, 0.05)]
    [InlineData(11, 10, 0.05)]
    [InlineData(1, 1_000_000_001, 0.05)]
    [InlineData(1, 10, 0)]
    [InlineData(1, 10, 0.51)]
    [InlineData(1, 10, double.NaN)]
    public void Arguments_outside_their_ranges_are_refused(long successes, long draws, double alpha)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Lower(successes, draws, alpha));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClopperPearson.Upper(successes, draws, alpha));
    }

    private static void AssertOutward(Row row, Probability bound)
    {
        const double rounding = 4e-16; // of the reference to a double
        double value = double.Parse(row.Lower), complement = double.Parse(row.Complement);
        string what = $"{row.K} of {row.N} at alpha {row.Alpha}: {bound.Value:R} / {bound.Complement:R}, exact "
            + $"{row.Lower} / {row.Complement}";
        Assert.True(bound.Value <= value * (1 + rounding)
            && BoundsReference.RelativeError(bound.Value, value) <= 2.5e-12, what);
        Assert.True(bound.Complement >= complement * (1 - rounding)
            && BoundsReference.RelativeError(bound.Complement, complement) <= 2.5e-12, what);
        // The margin is not used up by numerical error: it is still there on the smaller side.
        if (row.K > 0)
        {
            double margin = value <= complement ? 1 - bound.Value / value : bound.Complement / complement - 1;
            Assert.InRange(margin, 0.9e-12, 1.1e-12);
        }
    }

    private sealed record Row(long K, long N, double Alpha, string Lower, string Complement);
}
