using FsCheck;
using FsCheck.Fluent;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

public class BetaMixtureTests
{
    [Fact]
    public void Lower_is_the_quadrature_s_bound_rounded_outward_in_value_and_complement()
    {
        foreach (Row row in BoundsReference.Table<Row>("beta-mixture.json"))
        {
            Probability bound = new BetaMixture(row.Alpha, row.A, row.B).Lower(row.Successes, row.Draws);
            BoundsReference.AssertOutward(row.Lower, row.Complement, bound, row.ToString(), row.Tolerance);
        }
    }

    [Fact]
    public void Upper_mirrors_lower_with_a_and_b_exchanged()
    {
        foreach (Row row in BoundsReference.Table<Row>("beta-mixture.json").Where(row => row.Draws <= 1000))
        {
            Probability bound = new BetaMixture(row.Alpha, row.B, row.A)
                .Upper(row.Draws - row.Successes, row.Draws).Opposite;
            BoundsReference.AssertOutward(row.Lower, row.Complement, bound, row.ToString(), row.Tolerance);
        }
    }

    // M_1(p) = (1 + p)/(2p) and M_2(p) = (1 + p + p²)/(3p²) where every draw succeeded and a = b = 1.
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.05)]
    [InlineData(0.001)]
    [InlineData(1e-12)]
    public void Unanimous_draws_under_a_uniform_mixture_have_closed_forms(double alpha)
    {
        BetaMixture uniform = new(alpha, 1, 1);
        Assert.Equal(1, uniform.Lower(1, 1).Value / (alpha / (2 - alpha)), 2e-12);
        double k = 3 / alpha - 1;
        Assert.Equal(1, uniform.Lower(2, 2).Value / ((1 + Math.Sqrt(1 + 4 * k)) / (2 * k)), 2e-12);
    }

    // One success in 208 draws where 5 750 of 13 942 were expected to fail: the terms of M_t cancel to their rounding.
    // ln p = ln α + ln a/(a + b) + Σ ln (b + i)/(a + b + 1 + i), i < 207, as p is too small for q to matter.
    [Fact]
    public void Votes_that_contradict_the_prior_have_a_bound_near_0()
    {
        const double A = 8191.5, B = 5750.5, Alpha = 0.2912399133735392;
        double logarithm = Math.Log(Alpha) + Math.Log(A / (A + B))
            + Enumerable.Range(0, 207).Sum(i => Math.Log((B + i) / (A + B + 1 + i)));
        double bound = new BetaMixture(Alpha, A, B).Lower(1, 208).Value;
        Assert.InRange(Math.Log(bound), logarithm - 1e-6, logarithm);
    }

    [Fact]
    public void Nothing_is_known_before_the_first_draw_nor_from_failures_alone()
    {
        BetaMixture sequence = new(0.05);
        Assert.Equal(Probability.Zero, sequence.Lower(0, 0));
        Assert.Equal(Probability.One, sequence.Upper(0, 0));
        Assert.Equal(Probability.Zero, sequence.Lower(0, 1000));
        Assert.Equal(Probability.One, sequence.Upper(1000, 1000));
    }

    [Fact]
    public void Bounds_grow_with_successes_fall_with_failures_and_never_pass_Clopper_Pearson_s()
    {
        Gen<(int S, int T, double Alpha, double A, double B)> cases =
            from t in Gen.Choose(2, 3000)
            from s in Gen.Choose(1, t - 1)
            from exponent in Gen.Choose(1, 60)
            from a in Gen.Choose(1, 200)
            from b in Gen.Choose(1, 200)
            select (s, t, Math.Pow(10, -exponent / 10.0) / 2, a / 2.0, b / 2.0);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            BetaMixture sequence = new(c.Alpha, c.A, c.B);
            Probability bound = sequence.Lower(c.S, c.T);
            return bound < sequence.Lower(c.S + 1, c.T) && sequence.Lower(c.S, c.T + 1) < bound
                && bound < ClopperPearson.Lower(c.S, c.T, c.Alpha)
                    && new BetaMixture(c.Alpha / 2, c.A, c.B).Lower(c.S, c.T) < bound;
        }).Check(Config.QuickThrowOnFailure.WithReplay(20260102, 1));
    }

    [Fact]
    public void A_mixture_that_expects_what_comes_is_sharper_and_one_that_expects_the_opposite_is_weaker()
    {
        BetaMixture plain = new(0.001), right = new(0.001, 90.5, 10.5), misled = new(0.001, 10.5, 90.5);
        Assert.True(plain.Lower(900, 1000) < right.Lower(900, 1000));
        Assert.True(misled.Lower(900, 1000) < plain.Lower(900, 1000));
    }

    [Theory]
    [InlineData(1, 0, 0.05, 0.5, 0.5)]
    [InlineData(-1, 10, 0.05, 0.5, 0.5)]
    [InlineData(1, 1_000_000_001, 0.05, 0.5, 0.5)]
    [InlineData(1, 10, 0, 0.5, 0.5)]
    [InlineData(1, 10, 0.51, 0.5, 0.5)]
    [InlineData(1, 10, 0.05, 0, 0.5)]
    [InlineData(1, 10, 0.05, 0.5, 1e7)]
    [InlineData(1, 10, 0.05, double.NaN, 0.5)]
    public void Arguments_outside_their_ranges_are_refused(
        long successes, long draws, double alpha, double a, double b) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BetaMixture(alpha, a, b).Lower(successes, draws));

    private sealed record Row(
        long Successes, long Draws, double Alpha, double A, double B, string Lower, string Complement)
    {
        public double Tolerance => A == 0.5 && B == 0.5 ? 2.5e-12 : 1e-10;
    }
}
