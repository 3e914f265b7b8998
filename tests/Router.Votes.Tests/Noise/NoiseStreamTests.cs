using System.Globalization;
using System.Runtime.Intrinsics.X86;
using Router.Votes.Noise;

namespace Router.Votes.Tests.Noise;

public class NoiseStreamTests
{
    [Fact]
    public void Uniform_words_follow_the_documented_layout()
    {
        foreach (WordRow row in NoiseReference.Table<WordRow>("words.json"))
        {
            NoiseStream stream = new(ulong.Parse(row.Seed, NumberStyles.HexNumber), row.Id);
            Assert.Equal(row.Word, stream.Uniform(row.Sample, row.Coordinate).ToString("x16"));
        }
    }

    [Theory]
    [InlineData(0UL, 0u, 0L, 0)]
    [InlineData(0x0123456789ABCDEFUL, 7u, 123_456_789_012L, 5)]
    [InlineData(ulong.MaxValue, uint.MaxValue, long.MaxValue, 30_000_000)]
    public void Vector_paths_draw_the_words_of_the_scalar_path(ulong seed, uint id, long sample, int firstGroup)
    {
        NoiseStream stream = new(seed, id);
        uint[] expected = new uint[3 * NoiseStream.GroupSize], actual = new uint[expected.Length];
        LeadingWords.FillScalar(stream, sample, firstGroup, expected);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal((uint)(stream.Uniform(sample, firstGroup * NoiseStream.GroupSize + i) >> 32), expected[i]);

        LeadingWords.Fill(stream, sample, firstGroup, actual);
        Assert.Equal(expected, actual);
        Assert.SkipUnless(Avx2.IsSupported, "this processor has no AVX2");
        LeadingWords.Fill256(stream, sample, firstGroup, actual);
        Assert.Equal(expected, actual);
        Assert.SkipUnless(Avx512F.IsSupported, "this processor has no AVX-512");
        LeadingWords.Fill512(stream, sample, firstGroup, actual);
        Assert.Equal(expected, actual);
    }

    private sealed record WordRow(string Seed, uint Id, long Sample, int Coordinate, string Word);
}
