namespace Router.Data;

/// <summary>
/// Resampling in integers, so that every machine makes the same bytes. Each axis on its own: shrinking takes the mean
/// over the area a new pixel covers, enlarging interpolates linearly between pixel centres (edges repeated), an equal
/// length changes nothing. The two axes' weights multiply and each result is rounded once, half up.
/// </summary>
internal static class Resize
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

/// <summary>
/// Which old pixels make each new pixel along one axis, with whole-number weights that add up to
/// <see cref="Denominator"/>.
/// </summary>
internal sealed class ResizeAxis
{
    private readonly int[] first;
    private readonly long[][] weights;

    /// <summary>
    /// Weights from <paramref name="from"/> old to <paramref name="to"/> new pixels, for the new pixels start, …, start
    /// + count − 1.
    /// </summary>
    internal ResizeAxis(int from, int to, int start, int count)
    {
        first = new int[count];
        weights = new long[count][];
        Denominator = to <= from ? from : 2L * to;
        for (int i = 0; i < count; i++)
            (first[i], weights[i]) = to <= from ? Area(from, to, start + i) : Linear(from, to, start + i);
    }

    /// <summary>What the weights of each new pixel add up to.</summary>
    internal long Denominator { get; }

    /// <summary>The first old pixel that new pixel <paramref name="i"/> of the window uses.</summary>
    internal int First(int i) => first[i];

    /// <summary>Weights of the old pixels from <see cref="First"/> on.</summary>
    internal ReadOnlySpan<long> Weights(int i) => weights[i];

    /// <summary>The weighted sum of a line for each new pixel, not yet divided.</summary>
    internal void Sum(ReadOnlySpan<byte> line, Span<long> sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            long sum = 0;
            long[] w = weights[i];
            ReadOnlySpan<byte> pixels = line.Slice(first[i], w.Length);
            for (int k = 0; k < w.Length; k++)
                sum += w[k] * pixels[k];
            sums[i] = sum;
        }
    }

    // In units of 1/to old pixels: new pixel i covers [i·from, (i+1)·from), old pixel j covers [j·to, (j+1)·to); the
    // weight is the overlap.
    private static (int First, long[] Weights) Area(int from, int to, int i)
    {
        long begin = (long)i * from, end = begin + from;
        int j0 = (int)(begin / to), j1 = (int)((end - 1) / to);
        long[] overlap = new long[j1 - j0 + 1];
        for (int j = j0; j <= j1; j++)
            overlap[j - j0] = Math.Min(end, (j + 1L) * to) - Math.Max(begin, (long)j * to);
        return (j0, overlap);
    }

    // In units of 1/(2·to) old pixels: the centre of new pixel i lies (2i+1)·from − to beyond the centre of old pixel
    // 0.
    private static (int First, long[] Weights) Linear(int from, int to, int i)
    {
        long unit = 2L * to, position = (2L * i + 1) * from - to;
        if (position <= 0)
            return (0, [unit]);
        int j = (int)(position / unit);
        long right = position % unit;
        return j >= from - 1 ? (from - 1, [unit]) : right == 0 ? (j, [unit]) : (j, [unit - right, right]);
    }
}
