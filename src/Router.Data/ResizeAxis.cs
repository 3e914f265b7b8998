namespace Router.Data;

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
