using System.Buffers.Binary;
using System.IO.Compression;

namespace Router.Host.Tests.Serving;

/// <summary>
/// Black PNG files, whose thousand pixels take a byte or three unless told (PNG specification, 5.3 and 11.2).
/// </summary>
internal static class LargePicture
{
    public static byte[] Of(int width, int height, CompressionLevel level = CompressionLevel.Optimal)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        using MemoryStream data = new();
        using (ZLibStream packed = new(data, level, leaveOpen: true))
            packed.Write(new byte[height * (3 * width + 1)]);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data.ToArray()),
            .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    // Annex D.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        const uint Polynomial = 0xEDB88320;
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? Polynomial ^ crc >> 1 : crc >> 1;
        }
        return ~crc;
    }
}
