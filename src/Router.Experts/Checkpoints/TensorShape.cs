namespace Router.Experts.Checkpoints;

/// <summary>Counting elements without overflow.</summary>
internal static class TensorShape
{
    /// <summary>More dimensions than PyTorch handles (64) are a fault of the file.</summary>
    public const int MaxRank = 64;

    /// <summary>The product of the sizes; null where a size is negative or the product passes 2⁶³.</summary>
    public static long? ElementCount(ReadOnlySpan<long> shape)
    {
        long count = 1;
        bool overflow = false;
        foreach (long size in shape)
        {
            if (size < 0)
                return null;
            overflow |= size != 0 && count > long.MaxValue / size;
            count = size == 0 || count == 0 ? 0 : unchecked(count * size);
        }
        return count == 0 || !overflow ? count : null;
    }

    /// <summary>Bytes of a contiguous tensor; null where it has no sensible size or is too large for one array.</summary>
    public static int? ByteCount(ReadOnlySpan<long> shape, ElementType type) =>
        ElementCount(shape) is { } count && count <= Array.MaxLength / type.Size() ? (int)count * type.Size() : null;
}
