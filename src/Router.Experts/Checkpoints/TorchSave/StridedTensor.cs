using System.Collections.Immutable;
using Router.Engine;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// A tensor as a pickle describes it: a strided window over a storage. Offsets and strides count elements.
/// </summary>
internal sealed class StridedTensor
{
    private readonly long offset;
    private readonly long[] strides;

    private StridedTensor(Storage storage, long offset, long[] shape, long[] strides)
    {
        Storage = storage;
        this.offset = offset;
        Shape = [.. shape];
        this.strides = strides;
    }

    public Storage Storage { get; }

    public ImmutableArray<long> Shape { get; }

    public ElementType Type => Storage.Type;

    /// <summary>A tensor whose every element lies within the slice; otherwise null and what is wrong.</summary>
    public static StridedTensor? Create(
        StorageSlice slice, long offset, long[] shape, long[] strides, out string? fault)
    {
        long? count = TensorShape.ElementCount(shape);
        fault = null;
        if (shape.Length != strides.Length || shape.Length > TensorShape.MaxRank)
            fault = $"a tensor of {shape.Length} sizes and {strides.Length} strides; expected as many, and at most "
                + $"{TensorShape.MaxRank}";
        else if (count is null || offset < 0 || strides.Any(s => s < 0))
            fault = $"sizes [{string.Join(", ", shape)}], strides [{string.Join(", ", strides)}], offset {offset}: "
                + $"none may be negative";
        else if (count > 0 && LastElement(offset, shape, strides) is var last && last >= slice.Count)
            fault = $"a tensor reaches element {last} of a storage of {slice.Count}";
        return fault is null ? new(slice.Storage, count == 0 ? 0 : slice.Offset + offset, shape, strides) : null;
    }

    /// <summary>
    /// The elements of the window one after another, row-major; the storage itself where that is the same.
    /// </summary>
    public ReadOnlyMemory<byte> Contiguous(ReadOnlyMemory<byte> storage)
    {
        int size = Type.Size();
        int bytes = TensorShape.ByteCount(Shape.AsSpan(), Type)!.Value;
        if (IsRowMajor())
            return storage.Slice((int)offset * size, bytes);
        byte[] copy = new byte[bytes];
        Copy(storage.Span, copy, size);
        return copy;
    }

    private static Int128 LastElement(long offset, long[] shape, long[] strides)
    {
        // Each product is below 2^126 and the sum stops at 2^64, so nothing overflows.
        Int128 last = offset;
        for (int i = 0; i < shape.Length && last <= ulong.MaxValue; i++)
            last += (Int128)(shape[i] - 1) * strides[i];
        return last;
    }

    private bool IsRowMajor()
    {
        long expected = 1;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            if (Shape[i] == 0)
                return true;
            if (Shape[i] != 1 && strides[i] != expected)
                return false;
            expected *= Shape[i];
        }
        return true;
    }

    private void Copy(ReadOnlySpan<byte> storage, Span<byte> copy, int size)
    {
        long[] index = new long[Shape.Length];
        long source = offset;
        for (int target = 0; target < copy.Length; target += size)
        {
            storage.Slice((int)source * size, size).CopyTo(copy[target..]);
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                source += strides[i];
                if (++index[i] < Shape[i])
                    break;
                source -= Shape[i] * strides[i];
                index[i] = 0;
            }
        }
    }
}
