using System.Buffers.Binary;

namespace Router.Data.Decoding;

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
