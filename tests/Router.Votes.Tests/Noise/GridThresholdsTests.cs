using System.Globalization;
using System.Numerics;
using Router.Votes.Noise;

namespace Router.Votes.Tests.Noise;

public class GridThresholdsTests
{
    [Fact]
    public void Thresholds_are_those_of_120_digit_arithmetic()
    {
        foreach (SigmaRow row in NoiseReference.Table<SigmaRow>("thresholds.json"))
        {
            GridThresholds thresholds = GridThresholds.For(decimal.Parse(row.Sigma));
            Assert.Equal(row.Largest, thresholds.Largest);
            foreach (ThresholdRow threshold in row.Thresholds)
            {
                ulong word = ulong.Parse(threshold.Word, NumberStyles.HexNumber);
                int index = threshold.M + thresholds.Largest + 1;
                Assert.Equal((word, word), (thresholds.Lowest[index], thresholds.Highest[index]));
            }
        }
    }

    [Fact]
    public void Central_masses_keep_their_proven_error()
    {
        foreach (CentralRow row in NoiseReference.Table<CentralRow>("central.json"))
        {
            BigInteger exact = BigInteger.Parse("0" + row.Units, NumberStyles.HexNumber);
            BigInteger error = BigInteger.Abs(NormalMass.Central(row.A, row.B) - exact);
            Assert.True(error < BigInteger.One << NormalMass.LogError,
                $"z = {row.A}/{row.B} errs by 2^{error.GetBitLength()} units");
        }
    }

    [Fact]
    public void A_word_beside_a_threshold_decides_and_the_word_that_holds_it_does_not()
    {
        GridThresholds thresholds = GridThresholds.For(0.25m);
        int beside = 0;
        for (int i = 1; i < thresholds.Lowest.Length - 1; i++)
        {
            Assert.False(thresholds.TryInvert(thresholds.Lowest[i], out _));
            // In the far tails several thresholds share a word or lie in neighbouring ones.
            if (thresholds.Highest[i - 1] >= thresholds.Lowest[i] - 1
                || thresholds.Lowest[i + 1] <= thresholds.Highest[i] + 1)
                continue;
            beside++;
            int m = i - 1 - thresholds.Largest;
            Assert.True(thresholds.TryInvert(thresholds.Lowest[i] - 1, out short below));
            Assert.True(thresholds.TryInvert(thresholds.Highest[i] + 1, out short above));
            Assert.Equal((m, m + 1), (below, above));
        }
        Assert.InRange(beside, thresholds.Lowest.Length - 60, thresholds.Lowest.Length);
    }

    [Theory]
    [InlineData("0.0001")]
    [InlineData("0.12")]
    [InlineData("0.5")]
    public void Extreme_words_never_decide_and_one_half_is_always_zero(string sigma)
    {
        GridThresholds thresholds = GridThresholds.For(decimal.Parse(sigma));
        Assert.False(thresholds.TryInvert(0, out _));
        Assert.False(thresholds.TryInvert(ulong.MaxValue, out _));
        Assert.True(thresholds.TryInvert(1UL << 63, out short middle));
        Assert.Equal(0, middle);
        short last = (short)-thresholds.Largest;
        for (ulong word = 1; word < 1000; word++)
        {
            bool decided = thresholds.TryInvert(word, out short low);
            Assert.Equal(decided, thresholds.TryInvert(ulong.MaxValue - word, out short high));
            Assert.Equal(low, -high);
            Assert.True(!decided || (last <= low && low <= 0));
            last = decided ? low : last;
        }
    }

    [Fact]
    public void Thresholds_mirror_around_one_half_and_ascend()
    {
        GridThresholds thresholds = GridThresholds.For(0.5m);
        int last = thresholds.Lowest.Length - 1;
        for (int i = 0; i <= last; i++)
        {
            Assert.Equal(thresholds.Lowest[i], ~thresholds.Highest[last - i]);
            Assert.True(i == 0 || thresholds.Highest[i - 1] <= thresholds.Highest[i]);
        }
    }

    [Fact]
    public void Sigma_is_read_as_a_number_whatever_its_trailing_zeros() =>
        Assert.Equal(GridThresholds.For(0.25m).Lowest.ToArray(), GridThresholds.For(0.2500000m).Lowest.ToArray());

    [Theory]
    [InlineData("0")]
    [InlineData("-0.25")]
    [InlineData("3.6")]
    public void Sigma_outside_its_range_is_refused(string sigma) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GridThresholds.For(decimal.Parse(sigma)));

    private sealed record CentralRow(long A, long B, string Units);

    private sealed record SigmaRow(string Sigma, int Largest, ThresholdRow[] Thresholds);

    private sealed record ThresholdRow(int M, string Word);
}
