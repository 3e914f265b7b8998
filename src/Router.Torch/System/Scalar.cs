using Router.Torch.Interop;

namespace Router.Torch;

/// <summary>A number whose type is known at run time only.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(Kind kind, long bits, torch.ScalarType type)
    {
        Kind = kind;
        Bits = bits;
        Type = type;
    }

    internal Kind Kind { get; }

    internal long Bits { get; }

    /// <summary>The type of the number: Int64, Float64 or Bool.</summary>
    public torch.ScalarType Type { get; }

    public static implicit operator Scalar(byte value) => (long)value;
    public static implicit operator Scalar(sbyte value) => (long)value;
    public static implicit operator Scalar(short value) => (long)value;
    public static implicit operator Scalar(int value) => (long)value;
    public static implicit operator Scalar(long value) => new(Kind.Int, value, torch.ScalarType.Int64);
    public static implicit operator Scalar(Half value) => (double)value;
    public static implicit operator Scalar(float value) => (double)value;
    public static implicit operator Scalar(double value) =>
        new(Kind.Double, BitConverter.DoubleToInt64Bits(value), torch.ScalarType.Float64);
    public static implicit operator Scalar(bool value) => new(Kind.Bool, value ? 1 : 0, torch.ScalarType.Bool);

    internal double Real => Kind == Kind.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long Integer => Kind == Kind.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal static Scalar From(NativeValue value) => value.Kind switch
    {
        Kind.Int => value.Integer,
        Kind.Double => value.Real,
        Kind.Bool => value.Integer != 0,
        _ => throw new InvalidOperationException($"a {value.Kind} is not a scalar"),
    };

    /// <summary>Does nothing: the number is held in managed memory.</summary>
    public void Dispose()
    {
    }
}

/// <summary>Scalars to and from .NET numbers.</summary>
public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;
    public static float ToSingle(this Scalar value) => (float)value.Real;
    public static double ToDouble(this Scalar value) => value.Real;
    public static int ToInt32(this Scalar value) => checked((int)value.Integer);
    public static long ToInt64(this Scalar value) => value.Integer;
    public static bool ToBoolean(this Scalar value) => value.Real != 0;
}
