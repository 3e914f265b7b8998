using System.Buffers.Binary;
using System.Text;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>A NumPy dtype of a single number, with the byte order that its state gives it later.</summary>
internal sealed class NumpyType(string kind)
{
    public string Kind => kind;

    public bool BigEndian { get; set; }
}

/// <summary>
/// NumPy's scalars, because training scripts keep the best accuracy or the epoch as one. Arrays, and scalars that are
/// no single number, stay opaque.
/// </summary>
internal static class NumpyGlobals
{
    public static IEnumerable<PickleGlobal> All { get; } =
    [
        new("numpy.dtype", static (at, arguments) => arguments is [string kind, ..]
            ? new NumpyType(kind)
            : new OpaqueValue("numpy.dtype", at.Offset)),
        new("numpy.core.multiarray.scalar", Scalar),
        new("numpy._core.multiarray.scalar", Scalar),
    ];

    /// <summary>The dtype's state: (version, byte order, …).</summary>
    public static void Build(NumpyType type, object? state) =>
        type.BigEndian = state is PickleTuple { Items: [long, string order, ..] }
            && order == ">";

    private static object Scalar(Unpickler at, object?[] arguments)
    {
        if (arguments is not [NumpyType type, var raw])
            return new OpaqueValue("numpy.core.multiarray.scalar", at.Offset);
        byte[] bytes = raw switch
        {
            byte[] { Length: <= 8 } given => [.. given],
            string { Length: <= 8 } text => Encoding.Latin1.GetBytes(text), // Python 2
            _ => [],
        };
        if (type.BigEndian)
            Array.Reverse(bytes);
        return (type.Kind, bytes.Length) switch
        {
            ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            ("f4", 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ("i4", 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ("i2", 2) => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ("i1", 1) => (long)(sbyte)bytes[0],
            ("u1", 1) => (long)bytes[0],
            ("b1", 1) => bytes[0] != 0,
            _ => new OpaqueValue("numpy.core.multiarray.scalar", at.Offset),
        };
    }
}
