using System.Runtime.InteropServices;
using System.Text;

namespace Router.Torch.Interop;

/// <summary>dualrs_value: an argument or result as the shim reads it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] internal Kind Kind;
    [FieldOffset(4)] internal int Count;
    [FieldOffset(8)] internal long Integer;
    [FieldOffset(8)] internal double Real;
    [FieldOffset(8)] internal nint Pointer;
}

/// <summary>dualrs_kind.</summary>
internal enum Kind
{
    Default = 0,
    None = 1,
    Tensor = 2,
    Int = 3,
    Double = 4,
    Bool = 5,
    Ints = 6,
    Tensors = 7,
    OptionalTensors = 8,
    Device = 9,
    Generator = 10,
    String = 11,
}

/// <summary>
/// An argument of an operator before the call: a number in place, anything else by reference (which keeps it alive during the call).
/// </summary>
internal readonly struct Value
{
    private readonly Kind kind;
    private readonly long bits;

    private Value(Kind kind, long bits = 0, object? reference = null)
    {
        this.kind = kind;
        this.bits = bits;
        Reference = reference;
    }

    internal static readonly Value None = new(Kind.None);

    internal object? Reference { get; }

    /// <summary>How many 64-bit words outside the value itself it needs while the call runs.</summary>
    internal int Words => Reference switch
    {
        long[] integers => integers.Length,
        torch.Tensor?[] tensors => tensors.Length,
        string text => Encoding.UTF8.GetMaxByteCount(text.Length) / sizeof(long) + 1,
        _ => 0,
    };

    /// <summary>Writes the value for the shim; <paramref name="words"/> advances over what it used.</summary>
    internal unsafe NativeValue Write(ref nint* words)
    {
        NativeValue value = new() { Kind = kind, Integer = bits };
        switch (Reference)
        {
            case torch.Tensor tensor:
                value.Pointer = tensor.Handle;
                break;
            case torch.Generator generator:
                value.Pointer = generator.Handle;
                break;
            case torch.Device device:
                value.Count = (int)device.type;
                value.Integer = device.index;
                break;
            case long[] integers:
                value.Count = integers.Length;
                value.Pointer = (nint)words;
                integers.CopyTo(new Span<long>(words, integers.Length));
                words += integers.Length;
                break;
            case torch.Tensor?[] tensors:
                value.Count = tensors.Length;
                value.Pointer = (nint)words;
                foreach (torch.Tensor? tensor in tensors)
                    *words++ = tensor?.Handle ?? 0;
                break;
            case string text:
                value.Pointer = (nint)words;
                int length = Encoding.UTF8.GetBytes(text, new Span<byte>(words, Words * sizeof(long) - 1));
                ((byte*)words)[length] = 0;
                words += Words;
                break;
        }
        return value;
    }

    internal static Value Optional(torch.Tensor?[] tensors) => new(Kind.OptionalTensors, 0, tensors);

    internal static Value Sizes(ReadOnlySpan<long> sizes) => new(Kind.Ints, 0, sizes.ToArray());

    public static implicit operator Value(torch.Tensor? tensor) => tensor is null ? None : new(Kind.Tensor, 0, tensor);
    public static implicit operator Value(Scalar? scalar) => scalar is null ? None : new(scalar.Kind, scalar.Bits);
    public static implicit operator Value(long value) => new(Kind.Int, value);
    public static implicit operator Value(long? value) => value is { } number ? number : None;
    public static implicit operator Value(double value) => new(Kind.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Value(bool value) => new(Kind.Bool, value ? 1 : 0);
    public static implicit operator Value(torch.ScalarType value) => new(Kind.Int, (long)value);
    public static implicit operator Value(torch.ScalarType? value) => value is { } type ? type : None;
    public static implicit operator Value(torch.Device? device) => device is null ? None : new(Kind.Device, 0, device);
    public static implicit operator Value(torch.Generator? generator) => generator is null ? None : new(Kind.Generator, 0, generator);
    public static implicit operator Value(long[]? values) => values is null ? None : new(Kind.Ints, 0, values);
    public static implicit operator Value(torch.Tensor[] tensors) => new(Kind.Tensors, 0, tensors);
    public static implicit operator Value(string? text) => text is null ? None : new(Kind.String, 0, text);
}
