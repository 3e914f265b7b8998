namespace Router.Training.Losses;

/// <summary>A batch seen under m draws of noise each: one tensor, copy after copy, row i·B + b being copy i of image b.</summary>
internal static class NoiseCopies
{
    /// <summary>Noise for m copies of a batch, N(0, σ²) per value of [0,1] pixels.</summary>
    /// <param name="images">The batch [B, C, H, W].</param>
    /// <param name="copies">m ≥ 1.</param>
    /// <param name="sigma">σ in [0,1] pixels.</param>
    /// <param name="generator">Where it is drawn; null for the default generator of the batch's device.</param>
    /// <returns>[m·B, C, H, W].</returns>
    public static torch.Tensor Draw(torch.Tensor images, int copies, double sigma, torch.Generator? generator = null)
    {
        long[] shape = [.. images.shape];
        shape[0] *= copies;
        return torch.randn(shape, images.dtype, images.device, generator: generator).mul_(sigma);
    }

    /// <summary>Every copy of every image: the images again and again, plus their noise.</summary>
    /// <param name="images">[B, C, H, W].</param>
    /// <param name="noise">[m·B, C, H, W].</param>
    public static torch.Tensor Noisy(torch.Tensor images, torch.Tensor noise) => Split(noise, CountOf(noise, images)).add(images).reshape(noise.shape);

    /// <summary>m, from one row per copy and one row per image.</summary>
    /// <exception cref="ArgumentException">There are not as many copies of each image.</exception>
    public static int CountOf(torch.Tensor copies, torch.Tensor images) =>
        copies.shape[0] > 0 && images.shape[0] > 0 && copies.shape[0] % images.shape[0] == 0
            ? (int)(copies.shape[0] / images.shape[0])
            : throw new ArgumentException($"{copies.shape[0]} rows are not equally many copies of {images.shape[0]} images", nameof(copies));

    /// <summary>[m·B, …] as [m, B, …].</summary>
    /// <exception cref="ArgumentException">The rows do not divide into m copies.</exception>
    public static torch.Tensor Split(torch.Tensor rows, int copies) =>
        copies >= 1 && rows.shape[0] % copies == 0
            ? rows.reshape([copies, rows.shape[0] / copies, .. rows.shape[1..]])
            : throw new ArgumentException($"{rows.shape[0]} rows do not divide into {copies} copies", nameof(copies));
}
