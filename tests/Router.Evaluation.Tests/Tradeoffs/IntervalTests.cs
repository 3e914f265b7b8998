using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Tradeoffs;

public sealed class IntervalTests : IDisposable
{
    private readonly StudyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // scipy.stats.beta.ppf(.025, k, n − k + 1) and (.975, k + 1, n − k) at n = 500; the last number is Cohen et al.'s
    // share − α − sqrt(α(1−α) ln(1/ρ)/n) − ln(1/ρ)/(3n) at α = ρ = .001.
    [Theory]
    [InlineData(250, 0.4552855693, 0.5447144307, 0.4906797666)]
    [InlineData(5, 0.0032547214, 0.0231813881, 0.0006797666)]
    [InlineData(0, 0, 0.0073506101, 0)]
    public void Shares_have_scipys_interval_and_the_published_high_probability_bound(
        int held, double low, double high, double highProbability)
    {
        _folder.Log("sigma_0.25", [.. Enumerable.Range(0, 500).Select(i => $"{i} 1 {(i < held ? 1 : 2)} 0.5")]);
        StudyAccuracy at = _folder.Study().System("s025").Accuracy.Single(at => at.Radius == 0.5);
        Assert.Equal(held / 500.0, at.Share);
        Assert.Equal(low, at.Low, 1e-8);
        Assert.Equal(high, at.High, 1e-8);
        Assert.Equal(highProbability, at.HighProbability, 1e-8);
    }
}
