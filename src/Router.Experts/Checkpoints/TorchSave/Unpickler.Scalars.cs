using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Router.Experts.Checkpoints.TorchSave;

internal sealed partial class Unpickler
{
    /// <summary>
    /// Longer texts, and bytes, are the content of something beside the weights: they are passed over.
    /// </summary>
    public const int MaxText = 1 << 20;

    /// <summary>torch.save's longest number, its magic one, has 10 bytes.</summary>
    public const int MaxNumber = 64;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private bool Scalar(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.None: Push(null); return true;
            case Opcode.NewTrue: Push(true); return true;
            case Opcode.NewFalse: Push(false); return true;
            case Opcode.BinInt1: Push((long)bytes.Next("a number")); return true;
            case Opcode.BinInt2: Push(
                (long)BinaryPrimitives.ReadUInt16LittleEndian(Read(stackalloc byte[2], "a number"))); return true;
            case Opcode.BinInt: Push(
                (long)BinaryPrimitives.ReadInt32LittleEndian(Read(stackalloc byte[4], "a number"))); return true;
            case Opcode.Long1: Push(Integer(bytes.Next("the length of a number"))); return true;
            case Opcode.Long4: Push(Integer(UInt32("the length of a number"))); return true;
            case Opcode.BinFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(Read(stackalloc byte[8], "a number")));
            return true;
            case Opcode.Int: Push(LineScalar()); return true;
            case Opcode.Long: Push(LineNumber()); return true;

            // Python 2's str: text for keys and names, raw bytes elsewhere; latin1 keeps both.
            case Opcode.BinString: Push(Latin1(Text(UInt32("the length of a text")))); return true;
            case Opcode.ShortBinString: Push(Latin1(Text(bytes.Next("the length of a text")))); return true;
            case Opcode.BinUnicode: Push(Unicode(Text(UInt32("the length of a text")))); return true;
            case Opcode.ShortBinUnicode: Push(Unicode(Text(bytes.Next("the length of a text")))); return true;
            case Opcode.BinUnicode8: Push(Unicode(Text(UInt64("the length of a text")))); return true;
            case Opcode.BinBytes: Push(Bytes(Text(UInt32("the length of bytes")))); return true;
            case Opcode.ShortBinBytes: Push(Bytes(Text(bytes.Next("the length of bytes")))); return true;
            case Opcode.BinBytes8: Push(Bytes(Text(UInt64("the length of bytes")))); return true;
            default: return false;
        }
    }

    private Span<byte> Read(Span<byte> into, string expected)
    {
        bytes.Read(into, expected);
        return into;
    }

    private long UInt32(string expected) => BinaryPrimitives.ReadUInt32LittleEndian(Read(stackalloc byte[4], expected));

    private long UInt64(string expected) =>
        BinaryPrimitives.ReadInt64LittleEndian(Read(stackalloc byte[8], expected)) is var length and >= 0
            ? length
            : throw Fault($"{expected} is beyond 2^63");

    // Null for one that was passed over.
    private byte[]? Text(long length)
    {
        if (length <= MaxText)
            return bytes.Read(length, "a text");
        bytes.Skip(length, "a text");
        return null;
    }

    private object PassedOver() => new OpaqueValue("a long text", Offset);

    private object Bytes(byte[]? read) => read ?? PassedOver();

    private object Latin1(byte[]? text) => text is null ? PassedOver() : Encoding.Latin1.GetString(text);

    private object Unicode(byte[]? text)
    {
        try
        {
            return text is null ? PassedOver() : Utf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Fault("a text that is not UTF-8");
        }
    }

    /// <summary>A number in two's complement, little-endian, of any length: <c>long</c> where it fits.</summary>
    private object Integer(long length)
    {
        if (length > MaxNumber)
            throw Fault($"a number of {length} bytes; at most {MaxNumber} are expected");
        BigInteger value = new(bytes.Read(length, "a number"));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private object LineScalar() => Line(MaxNumber) switch
    {
        "00" => false,
        "01" => true,
        var digits => Number(digits),
    };

    private long LineNumber() => Number(Line(MaxNumber).TrimEnd('L'));

    private long Number(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw Fault($"expected a 64-bit number in digits, found '{digits}'");

    private string Line(int longest)
    {
        StringBuilder line = new();
        for (byte c; (c = bytes.Next("the end of a line")) != '\n'; line.Append((char)c))
            if (line.Length == longest)
                throw Fault($"a line of more than {longest} bytes");
        return line.ToString();
    }
}
