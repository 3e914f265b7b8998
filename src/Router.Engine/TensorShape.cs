
namespace Router.Engine;

/// <summary>Counting elements without overflow.</summary>
internal static class TensorShape
{
    /// <summary>More dimensions than PyTorch handles (64) are a fault of the file.</summary>
    public const int MaxRank = 64;

    /// <summary>The product of the sizes; null where a size is negative or the product passes 2⁶³.</summary>
    public static long? ElementCount(ReadOnlySpan<long> shape)
    {
        if (shape.ContainsAnyInRange(long.MinValue, -1))
            return null;
        if (shape.Contains(0)) // whatever the other sizes are
            return 0;
        long count = 1;
        foreach (long size in shape)
        {
            if (count > long.MaxValue / size)
                return null;
            count *= size;
        }
        return count;
    }

    /// <summary>
    /// Bytes of a contiguous tensor; null where it has no sensible size or is too large for one array.
    /// </summary>
    public static int? ByteCount(ReadOnlySpan<long> shape, ElementType type) =>
        ElementCount(shape) is { } count && count <= Array.MaxLength / type.Size() ? (int)count * type.Size() : null;
}
