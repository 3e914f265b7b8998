namespace Router.Data;

/// <summary>
/// Resampling in integers, so that every machine makes the same bytes. Each axis on its own: shrinking takes the mean
/// over the area a new pixel covers, enlarging interpolates linearly between pixel centres (edges repeated), an equal
/// length changes nothing. The two axes' weights multiply and each result is rounded once, half up.
/// </summary>
public static class Resize
{
    /// <summary>Resizes every channel.</summary>
    /// <param name="image">What to resize.</param>
    /// <param name="height">New number of rows, ≥ 1.</param>
    /// <param name="width">New number of columns, ≥ 1.</param>
    /// <returns>An image of the same channels; the given one itself if the size does not change.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A length is below 1, or the result is too large for an <see cref="ImageShape"/>.
    /// </exception>
    public static Image8 To(Image8 image, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        var shape = new ImageShape(image.Channels, height, width);
        return shape == image.Shape ? image : Window(image, height, width, top: 0, left: 0, shape);
    }

    /// <summary>The part of the resized image that starts at (top, left), without computing the rest.</summary>
    internal static Image8 Window(Image8 image, int height, int width, int top, int left, ImageShape window)
    {
        var rows = new ResizeAxis(image.Height, height, top, window.Height);
        var columns = new ResizeAxis(image.Width, width, left, window.Width);
        long denominator = checked(rows.Denominator * columns.Denominator);
        _ = checked(denominator * (byte.MaxValue + 1));

        byte[] result = new byte[window.Length];
        long[] narrowed = new long[window.Width];
        long[] sums = new long[window.Width];
        for (int channel = 0; channel < window.Channels; channel++)
        {
            ReadOnlySpan<byte> plane = image.Plane(channel);
            Span<byte> target = result.AsSpan(channel * window.PlaneLength, window.PlaneLength);
            for (int y = 0; y < window.Height; y++)
            {
                Array.Clear(sums);
                ReadOnlySpan<long> weights = rows.Weights(y);
                for (int k = 0; k < weights.Length; k++)
                {
                    columns.Sum(plane.Slice((rows.First(y) + k) * image.Width, image.Width), narrowed);
                    for (int x = 0; x < sums.Length; x++)
                        sums[x] += weights[k] * narrowed[x];
                }
                for (int x = 0; x < sums.Length; x++)
                    target[y * window.Width + x] = (byte)((sums[x] + denominator / 2) / denominator);
            }
        }
        return new Image8(window, result);
    }
}
