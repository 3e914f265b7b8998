using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>Reads a tensor's numbers, row-major: a flat list, or lists nested exactly as the shape, or bytes.</summary>
internal static class TensorData
{
    /// <summary>Reads all of them from bytes.</summary>
    /// <param name="bytes">Values, little-endian.</param>
    /// <param name="length">What their number is called, for who sent too many or too few.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="type">What the values are.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>The levels; null where something is wrong.</returns>
    public static byte[]? Read(
        ReadOnlySpan<byte> bytes, string length, long[] shape, PixelType type, RequestFaults faults)
    {
        long count = shape.Aggregate(1L, (product, extent) => product * extent);
        if (bytes.Length != count * type.Size)
        {
            faults.Add($"{length} is {bytes.Length}: shape [{string.Join(",", shape)}] of {type.Name} "
                + $"takes {count * type.Size} bytes");
            return null;
        }
        byte[] levels = new byte[count];
        for (int i = 0; i < levels.Length; i++)
        {
            if (type.TryRead(bytes.Slice(i * type.Size, type.Size), out levels[i]) is not { } fault) continue;
            faults.Add($"value {i} is {fault}");
            return null;
        }
        return levels;
    }

    /// <summary>Reads all of them from JSON.</summary>
    /// <param name="text">A JSON array, already known to be well-formed.</param>
    /// <param name="shape">The extents, at least two of them.</param>
    /// <param name="type">What the numbers are.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>The levels; null where something is wrong.</returns>
    public static byte[]? ReadJson(ReadOnlySpan<byte> text, long[] shape, PixelType type, RequestFaults faults)
    {
        byte[] levels = new byte[shape.Aggregate(1L, (product, extent) => product * extent)];
        // Items of each open list so far; numbers stand at depth 1 (flat) or at the shape's rank (nested), as the first
        // one does.
        long[] items = new long[shape.Length + 1];
        int depth = 0, numbers = 0, leaf = 0;
        Utf8JsonReader reader = new(text);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when leaf != 0 ? depth < leaf : depth < shape.Length:
                    items[depth++]++;
                    items[depth] = 0;
                    break;
                case JsonTokenType.EndArray
                    when leaf == 1 ? numbers == levels.Length : items[depth] == shape[depth - 1]:
                    depth--;
                    break;
                case JsonTokenType.EndArray:
                    faults.Add(leaf <= 1
                        ? $"data holds {numbers} numbers: shape [{string.Join(",", shape)}] holds {levels.Length}"
                        : $"a list of data at depth {depth} holds {items[depth]} items: shape "
                            + $"[{string.Join(",", shape)}] has {shape[depth - 1]} there");
                    return null;
                case JsonTokenType.Number when depth == (leaf == 0 ? depth : leaf)
                    && (depth == 1 || depth == shape.Length):
                    leaf = depth;
                    items[depth]++;
                    if (numbers == levels.Length)
                    {
                        faults.Add($"data holds more than {levels.Length} numbers: shape [{string.Join(",", shape)}] "
                            + $"holds {levels.Length}");
                        return null;
                    }
                    if (type.TryRead(ref reader, out levels[numbers]) is { } fault)
                    {
                        faults.Add($"data[{numbers}] is {fault}");
                        return null;
                    }
                    numbers++;
                    break;
                case JsonTokenType.Number or JsonTokenType.StartArray:
                    faults.Add($"data is nested neither flat nor as shape [{string.Join(",", shape)}] says, at number "
                        + $"{numbers}");
                    return null;
                default:
                    faults.Add($"data holds something that is no number, after {numbers} numbers: {type.Name} holds "
                        + $"{type.Values}");
                    return null;
            }
        }
        return levels;
    }
}

/// <summary>
/// A datatype that pixels may come in. Whatever it is, an input is the 8-bit image u: that is what a certificate is
/// about.
/// </summary>
internal abstract class PixelType
{
    /// <summary>Those that are offered.</summary>
    public static IReadOnlyList<PixelType> All { get; } = [new Bytes(), new Fractions()];

    /// <summary>Its name in the protocol.</summary>
    public abstract string Name { get; }

    /// <summary>Which values it holds.</summary>
    public abstract string Values { get; }

    /// <summary>Bytes of a value in a binary tensor.</summary>
    public abstract int Size { get; }

    /// <summary>The type of that name; null where it is not offered.</summary>
    public static PixelType? Find(string? name) => All.FirstOrDefault(type => type.Name == name);

    /// <summary>The level u of a number.</summary>
    /// <param name="number">A reader at a number.</param>
    /// <param name="level">0..255.</param>
    /// <returns>What is wrong with the number, or null.</returns>
    public abstract string? TryRead(ref Utf8JsonReader number, out byte level);

    /// <summary>The level u of a value of a binary tensor.</summary>
    /// <param name="value"><see cref="Size"/> bytes, little-endian.</param>
    /// <param name="level">0..255.</param>
    /// <returns>The value and what is wrong with it, or null.</returns>
    public abstract string? TryRead(ReadOnlySpan<byte> value, out byte level);

    private sealed class Bytes : PixelType
    {
        public override string Name => "UINT8";

        public override string Values => "whole numbers 0–255";

        public override int Size => sizeof(byte);

        public override string? TryRead(ref Utf8JsonReader number, out byte level) =>
            number.TryGetByte(out level) ? null
                : $"{Quoted.Cut(Encoding.UTF8.GetString(number.ValueSpan))}: UINT8 holds whole numbers 0–255";

        public override string? TryRead(ReadOnlySpan<byte> value, out byte level)
        {
            level = value[0];
            return null;
        }
    }

    private sealed class Fractions : PixelType
    {
        // A float that was computed as k/255, or as k·(1/255), is off by two roundings at most.
        private const double RelativeRounding = 1.0 / (1 << 22);

        public override string Name => "FP32";

        public override string Values => "k/255 for k = 0…255";

        public override int Size => sizeof(float);

        public override string? TryRead(ref Utf8JsonReader number, out byte level)
        {
            if (!number.TryGetDouble(out double value)) value = double.NaN;
            return Level(value, out level) is { } fault
                ? $"{Quoted.Cut(Encoding.UTF8.GetString(number.ValueSpan))}: {fault}" : null;
        }

        public override string? TryRead(ReadOnlySpan<byte> value, out byte level)
        {
            float fraction = BinaryPrimitives.ReadSingleLittleEndian(value);
            return Level(fraction, out level) is { } fault
                ? $"{fraction.ToString(CultureInfo.InvariantCulture)}: {fault}" : null;
        }

        private static string? Level(double value, out byte level)
        {
            level = 0;
            if (!(value >= 0 && value <= 1 + RelativeRounding))
                return "FP32 pixels lie in [0, 1]";
            double scaled = value * byte.MaxValue;
            double nearest = Math.Round(scaled);
            if (Math.Abs(scaled - nearest) > nearest * RelativeRounding)
                return $"FP32 pixels must lie on the 8-bit grid k/255 (nearest: {nearest}/255 = "
                    + $"{(float)(nearest / byte.MaxValue)}), because the certificate's noise is "
                    + "rounded to that grid and is exact only for inputs on it; send 8-bit pixels as UINT8, or "
                    + "round(255·x)/255";
            level = (byte)nearest;
            return null;
        }
    }
}
