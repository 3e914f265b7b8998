using System.Runtime.InteropServices;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Cards;

namespace Router.Experts.Tests.Cards;

/// <summary>Networks of two logits on images of 1×2×2, right and wrong in one way each.</summary>
public sealed class FunctionProbeTests
{
    private static readonly Func<float[], int, float[]> Sum = (image, _) => [image.Sum(), -image[0]];

    private static string? Ask(BatchNetwork network, int batch = 8, decimal sigma = 0.25m)
    {
        using BatchEvaluator evaluator = new(network, 1, 2, 2, new("cpu", torch.ScalarType.Float32, batch));
        return new FunctionProbe(evaluator, new(new InputLayer.None(), 1, largestNoise: 2000), sigma).Fault();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(17)]
    public void A_function_of_one_image_passes_in_two_passes(int batch)
    {
        BatchNetwork network = new((images, _) => [.. images.Select(Sum)]);

        Assert.Null(Ask(network, batch));
        Assert.Equal(2, network.Passes);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Answers_that_are_not_finite_are_named(float logit) =>
        Assert.Equal("its answers are not finite",
            Ask(new((images, _) => [.. images.Select((image, row) => row == 5 ? [logit, 0] : Sum(image, row))])));

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Draws_at_random_are_named_whether_each_image_has_its_own_or_the_batch_one(int batch)
    {
        int draws = 0;
        float Drawn() => ++draws * 0.618034f % 1; // never the same again
        Assert.StartsWith("it draws at random",
            Ask(new((images, _) => [.. images.Select(image => new[] { image.Sum() + Drawn(), 0 })]),
            batch), StringComparison.Ordinal);
        Assert.StartsWith("it draws at random", Ask(new((images, _) =>
        {
            float drawn = Drawn();
            return [.. images.Select(image => new[] { image.Sum() + drawn, 0 })];
        }), batch), StringComparison.Ordinal);
    }

    // Smaller than rounding: only the same batch, twice, can show it.
    [Fact]
    public void The_smallest_draw_at_random_is_one()
    {
        int draws = 0;
        float Drawn() => ++draws * 0.618034f % 1;
        Assert.StartsWith("it draws at random",
            Ask(new((images, _) => [.. images.Select(image => new[] { 1 + 1e-6f * Drawn(), image[0] })])),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Statistics_of_the_batch_are_named(int batch) =>
        Assert.StartsWith("the images of a batch influence each other", Ask(new((images, _) =>
        {
            float mean = images.Average(image => image.Average());
            return [.. images.Select(image => new[] { image.Sum() - mean, 0 })];
        }), batch), StringComparison.Ordinal);

    [Fact]
    public void A_logit_that_depends_on_the_place_is_named() =>
        Assert.StartsWith("an image's place in the batch changes its logits",
            Ask(new((images, _) => [.. images.Select((image, row) => new[] { image.Sum(), row })])),
            StringComparison.Ordinal);

    // As a matrix product rounds them otherwise.
    [Fact]
    public void The_last_rows_may_round_otherwise() => Assert.Null(Ask(new((images, _) =>
        [.. images.Select((image, row) => new[] { image.Sum() * (row >= 6 ? 1 + 1e-6f : 1), -image[0] })])));

    [Fact]
    public void A_batch_that_is_answered_with_another_shape_is_named() =>
        Assert.Equal("it cannot answer a batch of 8 images: 8 images were answered with (16, 2), not (8, 2) logits",
            Ask(new((images, _) => [.. images.Concat(images).Select(Sum)])));

    private sealed class BatchNetwork(Func<float[][], int, float[][]> answer) : INetwork
    {
        public int ClassCount => 2;

        public int Passes { get; private set; }

        public torch.Tensor Forward(torch.Tensor images)
        {
            int batch = (int)images.shape[0];
            float[] values = MemoryMarshal.Cast<byte, float>(images.contiguous().bytes).ToArray();
            float[][] rows = answer([.. values.Chunk(values.Length / batch)], Passes++);
            torch.Tensor output = torch.zeros([rows.Length, ClassCount], dtype: torch.ScalarType.Float32);
            rows.SelectMany(row => row).ToArray().CopyTo(MemoryMarshal.Cast<byte, float>(output.bytes));
            return output;
        }

        public void Dispose() { }
    }
}
