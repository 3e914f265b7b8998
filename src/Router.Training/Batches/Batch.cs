using Router.Data;
using Router.Engine.LibTorch;

namespace Router.Training.Batches;

/// <summary>
/// The images of one step on the device, and the randomness that is theirs. Its tensors belong to the caller's dispose
/// scope.
/// </summary>
internal sealed class Batch
{
    private readonly NormalNumbers _normal;
    private readonly ImageShape _shape;
    private readonly torch.Device _device;

    private Batch(
        int epoch, int[] images, torch.Tensor pixels, torch.Tensor labels, NormalNumbers normal, ImageShape shape,
        torch.Device device) =>
        (Epoch, Images, Pixels, Labels, _normal, _shape, _device) =
            (epoch, images, pixels, labels, normal, shape, device);

    /// <summary>The epoch it is of, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The positions of its images in the data set.</summary>
    public IReadOnlyList<int> Images { get; }

    /// <summary>[batch, channels, height, width] in [0,1], without noise, channels-last in memory.</summary>
    public torch.Tensor Pixels { get; }

    /// <summary>[batch], Int64.</summary>
    public torch.Tensor Labels { get; }

    /// <summary>
    /// Gaussian noise for <paramref name="copies"/> of the batch, copy after copy: [copies·batch, channels, height,
    /// width], N(0, σ²). Each call draws anew.
    /// </summary>
    public torch.Tensor Noise(double sigma, int copies) => _normal
        .Next((long)copies * Images.Count, _shape.Height, _shape.Width, _shape.Channels).Multiply(sigma)
        .permute(0, 3, 1, 2);

    /// <summary>σ of each image, copy after copy: [copies·batch].</summary>
    public torch.Tensor Sigmas(NoiseLevels levels, int copies) => levels.PerImage(Images.Count, copies, _device);

    /// <summary>Noise of each image's own σ, as of one σ for all.</summary>
    public torch.Tensor Noise(NoiseLevels levels, int copies) => levels.Single is { } sigma
        ? Noise(sigma, copies)
        : Noise(1, copies) * Sigmas(levels, copies).view(-1, 1, 1, 1);

    /// <summary>The batch, copy after copy, each image with its own noise of its own σ.</summary>
    public torch.Tensor Noisy(NoiseLevels levels, int copies) =>
        Noise(levels, copies).Add(copies == 1 ? Pixels : Pixels.repeat(copies, 1, 1, 1));

    internal static Batch Cut(
        TrainingImages images, int epoch, int[] rows, Augmentation augmentation, Func<int, ulong> word,
        NormalNumbers normal, torch.Device device)
    {
        float[] pixels = new float[rows.Length * images.Shape.Length];
        Parallel.For(0, rows.Length, i => augmentation.Write(
            images.Pixels(rows[i]), images.Shape, word(rows[i]),
            pixels.AsSpan(i * images.Shape.Length, images.Shape.Length)));
        torch.Tensor lastChannels =
            torch.tensor(pixels, [rows.Length, images.Shape.Height, images.Shape.Width, images.Shape.Channels]);
        long[] labels = [.. rows.Select(row => (long)images.Label(row))];
        return new(
            epoch, [.. rows.Select(row => images.Indices[row])], lastChannels.to(device).permute(0, 3, 1, 2),
            torch.tensor(labels).to(device), normal, images.Shape, device);
    }
}
