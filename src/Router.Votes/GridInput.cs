using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Router.Votes;

/// <summary>
/// An input on the 8-bit grid, x = u/255 with u ∈ {0..255}^d: the inputs for which smoothing with rounded Gaussian
/// noise is exact (docs/certificates.md, section 6).
/// </summary>
public sealed class GridInput
{
    /// <summary>An input of the given shape.</summary>
    /// <param name="levels">
    /// The levels u, row-major; as many as the shape's product. Not copied: the caller must not change them.
    /// </param>
    /// <param name="shape">The dimensions, each ≥ 1; an image is (channels, height, width).</param>
    /// <exception cref="ArgumentException">
    /// The shape is empty, has a dimension below 1, or does not hold as many values as there are levels.
    /// </exception>
    public GridInput(ReadOnlyMemory<byte> levels, params ImmutableArray<int> shape)
    {
        long size = 1;
        foreach (int dimension in shape)
            size *= dimension > 0 ? dimension : throw new ArgumentException(
                $"a dimension of ({string.Join(", ", shape)}) is below 1", nameof(shape));
        if (shape.IsDefaultOrEmpty || size != levels.Length)
            throw new ArgumentException(
                $"({string.Join(", ", shape)}) holds {size} values, but {levels.Length} levels were given",
                nameof(levels));
        Levels = levels;
        Shape = shape;
        Hash = HashOf(levels.Span, shape);
    }

    /// <summary>The levels u in 0..255, row-major.</summary>
    public ReadOnlyMemory<byte> Levels { get; }

    /// <summary>The dimensions; an image is (channels, height, width).</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>
    /// SHA-256, in lower-case hex, of the dimensions (each as int32, little-endian) followed by the levels: what a
    /// certificate is about.
    /// </summary>
    public string Hash { get; }

    private static string HashOf(ReadOnlySpan<byte> levels, ImmutableArray<int> shape)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> word = stackalloc byte[sizeof(int)];
        foreach (int dimension in shape)
        {
            BinaryPrimitives.WriteInt32LittleEndian(word, dimension);
            sha.AppendData(word);
        }
        sha.AppendData(levels);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
