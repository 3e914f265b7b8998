using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>A datatype that pixels may come in. Whatever it is, an input is the 8-bit image u: that is what a certificate is about.</summary>
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
            number.TryGetByte(out level) ? null : $"{Quoted.Cut(Encoding.UTF8.GetString(number.ValueSpan))}: UINT8 holds whole numbers 0–255";

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
            return Level(value, out level) is { } fault ? $"{Quoted.Cut(Encoding.UTF8.GetString(number.ValueSpan))}: {fault}" : null;
        }

        public override string? TryRead(ReadOnlySpan<byte> value, out byte level)
        {
            float fraction = BinaryPrimitives.ReadSingleLittleEndian(value);
            return Level(fraction, out level) is { } fault ? $"{fraction.ToString(CultureInfo.InvariantCulture)}: {fault}" : null;
        }

        private static string? Level(double value, out byte level)
        {
            level = 0;
            if (!(value >= 0 && value <= 1 + RelativeRounding))
                return "FP32 pixels lie in [0, 1]";
            double scaled = value * byte.MaxValue;
            double nearest = Math.Round(scaled);
            if (Math.Abs(scaled - nearest) > nearest * RelativeRounding)
                return $"FP32 pixels must lie on the 8-bit grid k/255 (nearest: {nearest}/255 = {(float)(nearest / byte.MaxValue)}), because the certificate's noise is "
                    + "rounded to that grid and is exact only for inputs on it; send 8-bit pixels as UINT8, or round(255·x)/255";
            level = (byte)nearest;
            return null;
        }
    }
}
