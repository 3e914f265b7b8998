using Router.Engine.LibTorch;

namespace Router.Training.Objectives;

/// <summary>
/// A batch seen under m draws of noise each: one tensor, copy after copy, row i·B + b being copy i of image b.
/// </summary>
internal static class NoiseCopies
{
    /// <summary>Every copy of every image: the images again and again, plus their noise.</summary>
    /// <param name="images">[B, C, H, W].</param>
    /// <param name="noise">[m·B, C, H, W].</param>
    public static torch.Tensor Noisy(torch.Tensor images, torch.Tensor noise) =>
        Split(noise, CountOf(noise, images)).Plus(images).reshape(noise.shape);

    /// <summary>m, from one row per copy and one row per image.</summary>
    /// <exception cref="ArgumentException">There are not as many copies of each image.</exception>
    public static int CountOf(torch.Tensor copies, torch.Tensor images) =>
        copies.shape[0] > 0 && images.shape[0] > 0 && copies.shape[0] % images.shape[0] == 0
            ? (int)(copies.shape[0] / images.shape[0])
            : throw new ArgumentException(
                $"{copies.shape[0]} rows are not equally many copies of {images.shape[0]} images", nameof(copies));

    /// <summary>[m·B, …] as [m, B, …].</summary>
    /// <exception cref="ArgumentException">The rows do not divide into m copies.</exception>
    public static torch.Tensor Split(torch.Tensor rows, int copies) =>
        copies >= 1 && rows.shape[0] % copies == 0
            ? rows.reshape([copies, rows.shape[0] / copies, .. rows.shape[1..]])
            : throw new ArgumentException($"{rows.shape[0]} rows do not divide into {copies} copies", nameof(copies));
}
