
namespace Router.Engine;

/// <summary>What one element of a tensor is. Values are little-endian in every supported layout.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32, PyTorch's <c>float32</c>.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, PyTorch's <c>float64</c>.</summary>
    Float64,

    /// <summary>IEEE 754 binary16, PyTorch's <c>float16</c>.</summary>
    Float16,

    /// <summary>The upper half of a binary32, PyTorch's <c>bfloat16</c>.</summary>
    BFloat16,

    /// <summary>Signed 64 bit.</summary>
    Int64,

    /// <summary>Signed 32 bit.</summary>
    Int32,

    /// <summary>Signed 16 bit.</summary>
    Int16,

    /// <summary>Signed 8 bit.</summary>
    Int8,

    /// <summary>Unsigned 8 bit.</summary>
    UInt8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,
}

/// <summary>The size of each <see cref="ElementType"/>.</summary>
public static class ElementTypes
{
    /// <summary>Whether elements may be fractions.</summary>
    public static bool IsFloatingPoint(this ElementType type) =>
        type is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64;

    /// <summary>Bytes of one element: 1, 2, 4 or 8.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 => 8,
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 => 2,
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such element type"),
    };
}
