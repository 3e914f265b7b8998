using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Tradeoffs;

public sealed class IntervalTests : IDisposable
{
    private const double Rho = 0.001;
    private readonly StudyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // scipy.stats.beta.ppf(.025, k, n − k + 1) and (.975, k + 1, n − k) at n = 500.
    [Theory]
    [InlineData(250, 0.4552855693, 0.5447144307)]
    [InlineData(5, 0.0032547214, 0.0231813881)]
    [InlineData(0, 0, 0.0073506101)]
    public void Shares_have_scipys_interval(int held, double low, double high)
    {
        StudyAccuracy at = Of(held, 500, 0.001);
        Assert.Equal(held / 500.0, at.Share);
        Assert.Equal(low, at.Low, 1e-8);
        Assert.Equal(high, at.High, 1e-8);
    }

    // q is from binomial tails in exact fractions (Python: fractions, math.comb).
    [Theory]
    [InlineData(250, 500, 0.001, 4)]
    [InlineData(5, 500, 0.001, 4)]
    [InlineData(3, 500, 0.001, 4)]
    [InlineData(0, 500, 0.001, 4)]
    [InlineData(30, 40, 0.001, 1)]
    [InlineData(900, 1000, 0.05, 73)]
    [InlineData(300, 300, 0.4, 146)]
    [InlineData(2, 2, 0.02, 1)]
    [InlineData(2, 2, 0.2, 2)]
    [InlineData(1, 1, 0.0005, 0)]
    public void What_is_certified_with_high_probability_is_the_share_less_the_quantile_of_false_certificates(
        int held, int images, double alpha, int q)
    {
        Assert.Equal(Math.Max(0, held - q) / (double)images, Of(held, images, alpha).HighProbability, 1e-15);
        Assert.True(MoreThan(q, images, alpha) <= Rho && (q == 0 || MoreThan(q - 1, images, alpha) > Rho));
    }

    // Were certificates false as often as they may be, more of them would be than Cohen et al.'s formula takes off.
    [Fact]
    public void The_published_formula_takes_off_less_than_chance_does()
    {
        const int images = 1000;
        const double alpha = 0.4;
        double log = Math.Log(1 / Rho);
        double published = alpha + Math.Sqrt(alpha * (1 - alpha) * log / images) + log / (3 * images);
        Assert.True(MoreThan((int)(images * published), images, alpha) > 2 * Rho);
        Assert.True(Of(images, images, alpha).HighProbability < 1 - published);
    }

    private StudyAccuracy Of(int held, int images, double alpha)
    {
        _folder.Log("sigma_0.25", [.. Enumerable.Range(0, images).Select(i => $"{i} 1 {(i < held ? 1 : 2)} 0.5")]);
        return _folder.Study(request => request with { FailureProbability = alpha })
            .System("s025").Accuracy.Single(at => at.Radius == 0.5);
    }

    // P[Bin(n, p) > k], the sum of its terms: P[X = i + 1] = P[X = i] (n − i)p / (i + 1)(1 − p).
    private static double MoreThan(int k, int n, double p)
    {
        double term = Math.Pow(1 - p, n), sum = 0;
        for (int i = 0; i < n; i++)
        {
            term *= (n - i) * p / ((i + 1) * (1 - p));
            if (i + 1 > k) sum += term;
        }
        return sum;
    }
}
