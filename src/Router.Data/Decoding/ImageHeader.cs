using System.Buffers.Binary;

namespace Router.Data.Decoding;

/// <summary>The file formats that are decoded.</summary>
internal enum ImageFormat
{
    Png,
    Jpeg,
}

/// <summary>What a file's first bytes announce. Nothing is decoded to learn it.</summary>
/// <param name="Format">PNG or JPEG.</param>
/// <param name="Width">Columns, ≥ 1.</param>
/// <param name="Height">Rows, ≥ 1.</param>
/// <param name="Scans">Passes over the image: 1 for PNG.</param>
internal readonly record struct ImageHeader(ImageFormat Format, long Width, long Height, int Scans)
{
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ImageHeader header, out string problem)
    {
        if (PngHeader.Opens(bytes))
            return PngHeader.TryRead(bytes, out header, out problem);
        if (JpegHeader.Opens(bytes))
            return JpegHeader.TryRead(bytes, out header, out problem);
        header = default;
        problem = bytes.IsEmpty
            ? "the file is empty, want a PNG or JPEG image"
            : $"not a PNG or JPEG image: the file begins with bytes "
                + $"{Convert.ToHexString(bytes[..Math.Min(bytes.Length, 8)])}";
        return false;
    }

    internal bool Allowed(ImageLimits limits, out string problem)
    {
        problem =
            Width > limits.MaxSide || Height > limits.MaxSide
                ? $"the image is {Width} wide and {Height} high, more than the {limits.MaxSide} allowed for a side"
            : Width * Height > limits.MaxPixels
                ? $"the image has {Width}×{Height} pixels, more than the {limits.MaxPixels} allowed"
            : Scans > limits.MaxScans
                ? $"the JPEG has at least {Scans} scans, more than the {limits.MaxScans} allowed"
            : "";
        return problem.Length == 0;
    }
}

/// <summary>Reads the IHDR chunk, which the PNG specification (§11.2.1) puts first.</summary>
internal static class PngHeader
{
    private const int LengthOffset = 8, TypeOffset = 12, WidthOffset = 16, HeightOffset = 20, ChunkEnd = 33;
    private const uint IhdrLength = 13, MaxSide = int.MaxValue;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static bool Opens(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ImageHeader header, out string problem)
    {
        header = default;
        if (bytes.Length < ChunkEnd)
        {
            problem = $"the PNG is cut off after {bytes.Length} bytes, within its header of {ChunkEnd}";
            return false;
        }
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[LengthOffset..]) != IhdrLength
            || !bytes[TypeOffset..].StartsWith("IHDR"u8))
        {
            problem = $"the PNG is damaged at offset {LengthOffset}: want an IHDR chunk of {IhdrLength} bytes";
            return false;
        }
        uint width = BinaryPrimitives.ReadUInt32BigEndian(bytes[WidthOffset..]),
            height = BinaryPrimitives.ReadUInt32BigEndian(bytes[HeightOffset..]);
        if (width is 0 or > MaxSide || height is 0 or > MaxSide)
        {
            problem = $"the PNG announces {width}×{height} pixels at offset {WidthOffset}, want 1 to {MaxSide} a side";
            return false;
        }
        header = new ImageHeader(ImageFormat.Png, width, height, Scans: 1);
        problem = "";
        return true;
    }
}
