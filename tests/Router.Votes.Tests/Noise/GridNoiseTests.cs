using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Router.Votes.Noise;

namespace Router.Votes.Tests.Noise;

public class GridNoiseTests
{
    [Fact]
    public void First_million_values_have_the_digests_of_an_independent_program()
    {
        foreach (DigestRow row in NoiseReference.Table<DigestRow>("digests.json"))
        {
            short[] m = new short[row.Count];
            Assert.True(new GridNoise(decimal.Parse(row.Sigma)).Fill(new NoiseStream(row.Seed, row.Id), 0, m));
            Assert.Equal(row.Sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(m.AsSpan()))));
        }
    }

    [Fact]
    public void Counts_of_a_million_draws_fit_the_exact_probabilities()
    {
        const int draws = 1_000_000;
        short[] m = new short[draws];
        foreach (ProbabilityRow row in NoiseReference.Table<ProbabilityRow>("probabilities.json"))
        {
            Assert.True(new GridNoise(decimal.Parse(row.Sigma)).Fill(new NoiseStream(77, 0), 1, m));
            double[] p = [.. row.P.Select(double.Parse)];
            long[] counts = new long[2 * p.Length]; // m = −p.Length+1 … p.Length−1, then all beyond
            foreach (short value in m)
                counts[Math.Abs((int)value) < p.Length ? value + p.Length - 1 : counts.Length - 1]++;
            double chiSquare = 0, rest = 1;
            for (int i = 0; i < counts.Length - 1; i++)
            {
                double probability = p[Math.Abs(i - p.Length + 1)];
                rest -= probability;
                chiSquare += Squared(counts[i] - draws * probability) / (draws * probability);
            }
            chiSquare += Squared(counts[^1] - draws * rest) / (draws * rest);
            double freedom = counts.Length - 1;
            Assert.InRange((chiSquare - freedom) / Math.Sqrt(2 * freedom), -4, 4);

            // Rounding adds 1/12 to the variance (Sheppard); 5 standard errors.
            double sigma = 255 * double.Parse(row.Sigma), variance = sigma * sigma + 1.0 / 12;
            double mean = m.Average(value => (double)value), second = m.Average(value => Squared(value));
            Assert.InRange(mean, -5 * Math.Sqrt(variance / draws), 5 * Math.Sqrt(variance / draws));
            Assert.InRange(second / variance - 1, -5 * Math.Sqrt(2.0 / draws), 5 * Math.Sqrt(2.0 / draws));
        }
    }

    [Fact]
    public void Values_depend_on_stream_sample_and_coordinate_alone()
    {
        GridNoise noise = new(0.5m);
        NoiseStream stream = new(5, 1);
        short[] whole = new short[3072];
        Assert.True(noise.Fill(stream, 9, whole));
        foreach (int length in new[] { 0, 1, 15, 63, 64, 65, 512, 513, 1000, 3071 })
        {
            Assert.True(noise.Fill(stream, 11, new short[length]));
            short[] part = new short[length];
            Assert.True(noise.Fill(stream, 9, part));
            Assert.Equal(whole[..length], part);
        }
        for (int j = 0; j < whole.Length; j++)
        {
            Assert.True(noise.Thresholds.TryInvert(stream.Uniform(9, j), out short m));
            Assert.Equal(m, whole[j]);
        }
    }

    [Fact]
    public void Streams_samples_and_seeds_are_uncorrelated()
    {
        const int count = 100_000;
        GridNoise noise = new(1m);
        short[][] draws = [.. new (ulong Seed, uint Id, long Sample)[] { (1, 0, 0), (1, 1, 0), (1, 0, 1), (2, 0, 0),
            (1, 0, 1L << 32), (1UL << 32, 0, 0) }
            .Select(key =>
            {
                short[] m = new short[count];
                Assert.True(noise.Fill(new NoiseStream(key.Seed, key.Id), key.Sample, m));
                return m;
            })];
        for (int a = 0; a < draws.Length; a++)
            for (int b = a; b < draws.Length; b++)
            {
                int lag = a == b ? 1 : 0;
                double product = 0;
                for (int i = lag; i < count; i++)
                    product += (double)draws[a][i] * draws[b][i - lag];
                Assert.InRange(product / (255.0 * 255 * Math.Sqrt(count)), -4.5, 4.5);
            }
    }

    [Fact]
    public void Injected_words_at_every_threshold_decide_as_the_exact_thresholds_say()
    {
        foreach (decimal sigma in new[] { 0.0001m, 0.01m, 0.12m, 1m, 3.5m })
        {
            GridNoise noise = new(sigma);
            int count = noise.Thresholds.Lowest.Length;
            List<ulong> words = [1, ulong.MaxValue - 1, 1UL << 63];
            for (int i = 1; i < count - 1; i++)
            {
                ulong low = noise.Thresholds.Lowest[i], high = noise.Thresholds.Highest[i];
                words.AddRange([low - 1, high + 1, (low | uint.MaxValue) == low ? low - 1 : low | uint.MaxValue,
                    low & ~(ulong)uint.MaxValue, low - (1UL << 32), high + (1UL << 32)]);
            }
            words.RemoveAll(word => !noise.Thresholds.TryInvert(word, out _));
            short[] m = new short[words.Count];
            Assert.True(noise.Decide(
                [.. words.Select(word => (uint)(word >> 32))], [.. words.Select(word => (uint)word)], m));
            for (int i = 0; i < m.Length; i++)
            {
                Assert.True(noise.Thresholds.TryInvert(words[i], out short expected));
                Assert.Equal(expected, m[i]);
            }
        }
    }

    [Fact]
    public void One_injected_word_on_a_threshold_leaves_the_sample_undecided()
    {
        GridNoise noise = new(0.25m);
        ReadOnlySpan<ulong> lowest = noise.Thresholds.Lowest;
        for (int i = 0; i < lowest.Length; i++)
        {
            uint[] leading = new uint[100], trailing = new uint[100];
            leading.AsSpan().Fill(1u << 31);
            short[] m = new short[100];
            Assert.True(noise.Decide(leading, trailing, m));
            int place = i % leading.Length;
            (leading[place], trailing[place]) = ((uint)(lowest[i] >> 32), (uint)lowest[i]);
            Assert.False(noise.Decide(leading, trailing, m));
        }
    }

    [Fact]
    public void Float_samples_are_the_image_plus_the_integers_over_255_unclipped()
    {
        GridNoise noise = new(0.5m);
        foreach (int length in new[] { 1, 63, 100, 3072 })
        {
            byte[] u = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 37))];
            short[] m = new short[length];
            float[] x = new float[length];
            Assert.True(noise.Fill(new NoiseStream(8, 2), 4, m));
            Assert.True(noise.Fill(new NoiseStream(8, 2), 4, u, x));
            for (int i = 0; i < length; i++)
                Assert.Equal(GridLevels.ToFloat(u[i] + m[i]), x[i]);
        }
    }

    [Fact]
    public void Grid_levels_are_the_floats_nearest_to_the_exact_rationals()
    {
        for (int level = -9000; level <= 9000; level++)
        {
            float value = GridLevels.ToFloat(level);
            // |255·value − level| in exact arithmetic: a float is a multiple of 2⁻³⁵ here, so decimals hold it.
            decimal Miss(float candidate) => Math.Abs(255m * Exact(candidate) - level);
            Assert.True(Miss(value) < Miss(float.BitIncrement(value)) || level == 0, $"level {level}");
            Assert.True(Miss(value) < Miss(float.BitDecrement(value)) || level == 0, $"level {level}");
        }

        // The constructor decimal(float) rounds to 7 digits; a scaled long does not.
        static decimal Exact(float value) => (long)(value * (double)(1L << 40)) / (decimal)(1L << 40);
    }

    [Fact]
    public void Misfitting_arguments_are_refused()
    {
        GridNoise noise = new(0.25m);
        Assert.Throws<ArgumentException>(() => noise.Fill(default, 0, new byte[3], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => noise.Fill(default, -1, new short[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => noise.Fill(default, -1, new byte[4], new float[4]));
    }

    private static double Squared(double x) => x * x;

    private sealed record DigestRow(string Sigma, ulong Seed, uint Id, int Count, string Sha256);

    private sealed record ProbabilityRow(string Sigma, string[] P);
}
