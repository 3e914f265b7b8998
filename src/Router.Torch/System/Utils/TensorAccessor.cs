using System.Collections;

namespace Router.Torch.Utils;

/// <summary>The elements of a CPU tensor in row-major order, whatever its strides.</summary>
/// <typeparam name="T">The .NET type of the elements.</typeparam>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly torch.Tensor tensor;
    private readonly T* first;
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        first = (T*)tensor.DataPointer();
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    /// <summary>One index counts elements in row-major order; one per dimension addresses an element.</summary>
    public T this[params long[] indices]
    {
        get => first[indices.Length == 1 ? Offset(indices[0]) : Offset(indices)];
        set => first[indices.Length == 1 ? Offset(indices[0]) : Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        T[] array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies elements from <paramref name="tensorIndex"/> on until the tensor or the array ends.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Span<T> to = array[arrayIndex..];
        int count = (int)Math.Min(to.Length, Count - tensorIndex);
        if (contiguous)
            new Span<T>(first + tensorIndex, count).CopyTo(to);
        else
            for (int i = 0; i < count; i++)
                to[i] = first[Offset(tensorIndex + i)];
        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom(new ReadOnlySpan<T>(array), arrayIndex, tensorIndex);

    /// <summary>Overwrites elements from <paramref name="tensorIndex"/> on until the tensor or the array ends.</summary>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ReadOnlySpan<T> from = array[arrayIndex..];
        int count = (int)Math.Min(from.Length, Count - tensorIndex);
        for (int i = 0; i < count; i++)
            first[Offset(tensorIndex + i)] = from[i];
        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the tensor keeps its own life.</summary>
    public void Dispose()
    {
    }

    private long Offset(long index)
    {
        if (index < 0 || index >= Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"the tensor has {Count} elements");
        if (contiguous)
            return index;
        long offset = 0;
        for (int dim = shape.Length - 1; dim >= 0; dim--)
        {
            (index, long at) = Math.DivRem(index, shape[dim]);
            offset += at * strides[dim];
        }
        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != shape.Length)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {shape.Length} dimensions");
        long offset = 0;
        for (int dim = 0; dim < indices.Length; dim++)
        {
            if (indices[dim] < 0 || indices[dim] >= shape[dim])
                throw new ArgumentOutOfRangeException(nameof(indices), indices[dim], $"dimension {dim} has size {shape[dim]}");
            offset += indices[dim] * strides[dim];
        }
        return offset;
    }
}
