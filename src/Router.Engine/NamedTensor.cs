using System.Collections.Immutable;

namespace Router.Engine;

/// <summary>One weight of a network as bytes, whatever file it came from.</summary>
public sealed class NamedTensor
{
    /// <summary>A tensor over <paramref name="bytes"/>, which are not copied.</summary>
    /// <param name="name">The name in the state dict, e.g. <c>layer2.0.downsample.0.weight</c>.</param>
    /// <param name="type">What an element is.</param>
    /// <param name="shape">Sizes, each ≥ 0; empty for a scalar.</param>
    /// <param name="bytes">Elements, row-major and little-endian; as many as the shape says.</param>
    /// <exception cref="ArgumentException">The shape is negative or does not fit the bytes.</exception>
    public NamedTensor(string name, ElementType type, ImmutableArray<long> shape, ReadOnlyMemory<byte> bytes)
    {
        if (TensorShape.ByteCount(shape.AsSpan(), type) is not { } needed || needed != bytes.Length)
            throw new ArgumentException(
                $"tensor '{name}': {type} [{string.Join(", ", shape)}] does not fit {bytes.Length} bytes");
        Name = name;
        Type = type;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>The name in the state dict.</summary>
    public string Name { get; }

    /// <summary>What an element is.</summary>
    public ElementType Type { get; }

    /// <summary>Sizes, each ≥ 0; empty for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>
    /// The elements, contiguous, row-major, little-endian. Tensors that are views of one storage may share this memory.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} [{string.Join(", ", Shape)}]";
}
