using System.Text.Json;
using Router.Engine;
using Router.Experts.Cards;

namespace Router.Experts.Tests.Cards;

public class ProbePatternsTests
{
    [Fact]
    public void Patterns_follow_the_formula_of_the_reference_models()
    {
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(global::Tests.Reference.Shared("models/noise_0.25/reference.json")));

        Assert.Equal(
            "4 inputs [3,32,32] in [0,1], flat index i: p0=(37i mod 256), p1=((101i+17) mod 256), p2=(8*floor(i/32) "
            + "mod 256), p3=255-floor((i mod 1024)/4), each /255",
            reference.RootElement.GetProperty("patterns").GetString());
        Assert.Equal(ProbePatterns.Count, reference.RootElement.GetProperty("patternLogits").GetArrayLength());
    }

    [Fact]
    public void PyTorchs_logits_survive_a_card_bit_for_bit()
    {
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(global::Tests.Reference.Shared("models/noise_0.25/reference.json")));
        float[][] logits = reference.RootElement.GetProperty("patternLogits").Deserialize<float[][]>()!;
        ModelCard card = ModelCardTests.Card() with { Classes = 10,
            Probe = new() { Patterns = new(0.001m, logits.Select(row => row.ToValueArray()).ToValueArray()) } };

        PatternProbe read = ModelCardReader.ReadText(ModelCardWriter.Write(card), "a.card.yaml").Card!.Probe.Patterns!;

        Assert.Equal(0, read.LargestDifference(logits));
    }

    // worked by hand from the formula
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 7, 3)] // 259 − 256
    [InlineData(0, 3071, 219)] // 113627 = 443·256 + 219
    [InlineData(1, 0, 17)]
    [InlineData(1, 3, 64)] // 320 − 256
    [InlineData(1, 3071, 172)] // 310188 = 1211·256 + 172
    [InlineData(2, 31, 0)]
    [InlineData(2, 32, 8)]
    [InlineData(2, 1024, 0)] // row 32: 256 mod 256
    [InlineData(3, 0, 255)]
    [InlineData(3, 3, 255)]
    [InlineData(3, 4, 254)]
    [InlineData(3, 1023, 0)]
    [InlineData(3, 1024, 255)]
    public void A_level_has_its_value(int pattern, int index, byte level) =>
        Assert.Equal(level, ProbePatterns.Levels(pattern)[index]);

    [Fact]
    public void A_pattern_has_one_level_per_value_of_the_image()
    {
        Assert.All(Enumerable.Range(0, ProbePatterns.Count),
            pattern => Assert.Equal(3 * 32 * 32, ProbePatterns.Levels(pattern).Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProbePatterns.Levels(4));
    }

    [Theory]
    [InlineData(0.5f, true)]
    [InlineData(0.5009f, true)]
    [InlineData(0.5011f, false)]
    [InlineData(float.NaN, false)]
    [InlineData(float.PositiveInfinity, false)]
    public void Answers_within_the_tolerance_are_accepted(float answer, bool accepted)
    {
        PatternProbe probe = new(0.001m, [[1f, 0.5f]]);

        Assert.Equal(accepted, probe.Accepts([[1f, answer]]));
    }

    [Fact]
    public void Answers_of_another_shape_are_a_fault()
    {
        PatternProbe probe = new(0.001m, [[1f, 0.5f]]);

        Assert.Throws<ArgumentException>(() => probe.Accepts([[1f]]));
        Assert.Throws<ArgumentException>(() => probe.Accepts([]));
    }
}
