using Router.Engine.LibTorch;
using Router.Training.Batches;

namespace Router.Training.Tests.Batches;

public sealed class BatchTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly TrainingImages _images = Patterned.Images(40, first: 100);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_batch_holds_the_rows_that_were_asked_with_their_labels_and_indices()
    {
        Batch batch = Cut(seed: 1, [3, 0, 17]);
        Assert.Equal([103, 100, 117], batch.Images);
        Assert.Equal([3L, 0, 7], batch.Labels.data<long>().ToArray());
        Assert.Equal([3, 3, 32, 32], batch.Pixels.shape);
        float[] planar = batch.Pixels.contiguous().data<float>().ToArray();
        Assert.Equal(_images.Pixels(17).ToArray().Select(level => level / 255f), planar[(2 * 3072)..]);
    }

    [Theory]
    [InlineData(0.12)]
    [InlineData(1.0)]
    public void Noise_has_mean_0_and_the_sigma_that_was_asked_and_copies_have_their_own(double sigma)
    {
        Batch batch = Cut(seed: 5, [.. Enumerable.Range(0, 40)]);
        torch.Tensor noise = batch.Noise(sigma, copies: 2);
        Assert.Equal([80, 3, 32, 32], noise.shape);
        // 245 760 draws: the mean is within σ/100 and the deviation within 1 % by more than five standard errors.
        Assert.InRange(noise.mean().ToDouble() / sigma, -.0101, .0101);
        Assert.InRange(noise.square().mean().sqrt().ToDouble() / sigma, .99, 1.01);
        double correlation = (noise.narrow(0, 0, 40) * noise.narrow(0, 40, 40)).mean().ToDouble() / (sigma * sigma);
        Assert.InRange(correlation, -.0143, .0143);
    }

    [Fact]
    public void Noisy_copies_are_the_images_and_the_noise_copy_after_copy()
    {
        Batch first = Cut(seed: 9, [1, 2]), second = Cut(seed: 9, [1, 2]);
        torch.Tensor expected = torch.cat([first.Pixels, first.Pixels, first.Pixels], 0) + first.Noise(.5, copies: 3);
        Assert.Equal(0, (second.Noisy(NoiseLevels.Of(.5m), copies: 3) - expected).abs().max().ToDouble());
        Batch single = Cut(seed: 9, [1, 2]);
        torch.Tensor plain = single.Pixels.clone();
        Assert.NotEqual(0, (single.Noisy(NoiseLevels.Of(.5m), copies: 1) - plain).abs().max().ToDouble());
        Assert.Equal(0, (single.Pixels - plain).abs().max().ToDouble());
    }

    [Fact]
    public void Images_have_several_sigmas_in_turn_which_their_copies_share()
    {
        NoiseLevels levels = new([.12m, .5m, 1m]);
        Batch batch = Cut(seed: 3, [.. Enumerable.Range(0, 5)]), plain = Cut(seed: 3, [.. Enumerable.Range(0, 5)]);
        float[] once = [.12f, .5f, 1, .12f, .5f];
        Assert.Equal([.. once, .. once], batch.Sigmas(levels, copies: 2).data<float>().ToArray());
        torch.Tensor noise = batch.Noise(levels, copies: 2), unit = plain.Noise(1, copies: 2);
        foreach ((int row, float sigma) in once.Concat(once).Index())
            Assert.Equal(0, (noise[row] - unit[row] * sigma).abs().max().ToDouble());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda:0")]
    public void Each_call_draws_anew_and_a_seed_repeats_all_of_it(string device)
    {
        Assert.SkipUnless(device == "cpu" || NativeTorch.HasCuda, "needs a GPU, and a libtorch that uses it");
        Batch first = Cut(seed: 2, [0, 1], device);
        torch.Tensor one = first.Noise(1, 1), two = first.Noise(1, 1);
        Assert.True((one - two).abs().max().ToDouble() > 1);
        // A seed begins where a GPU draws, so that whatever else it drew meanwhile changes nothing.
        Batch second = Cut(seed: 2, [0, 1], device);
        Assert.Equal(0, (second.Noise(1, 1) - one).abs().max().ToDouble());
        Assert.Equal(0, (second.Noise(1, 1) - two).abs().max().ToDouble());
    }

    private Batch Cut(ulong seed, int[] rows, string device = "cpu") => Batch.Cut(
        _images, epoch: 1, rows, Augmentation.None, _ => 0, new(seed, NativeTorch.Device(device)),
        NativeTorch.Device(device));
}
