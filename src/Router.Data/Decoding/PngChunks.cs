using System.Buffers.Binary;

namespace Router.Data.Decoding;

/// <summary>
/// Walks the chunks of a PNG (specification, §5.3) with their checksums and keeps those that make colours: IHDR, PLTE,
/// IDAT, IEND. The rest (transparency, profiles, gamma, text, further frames) never reaches the decoder, so none of it
/// can change a level.
/// </summary>
internal static class PngChunks
{
    private const int SignatureLength = 8, LengthLength = 4, TypeLength = 4, ChecksumLength = 4;
    private const byte AncillaryBit = 0x20;

    private static readonly uint[] Crc32Table = MakeTable();

    internal static bool TryKeepPixels(ReadOnlySpan<byte> bytes, out byte[] kept, out string problem)
    {
        kept = new byte[bytes.Length];
        bytes[..SignatureLength].CopyTo(kept);
        int used = SignatureLength;
        for (int offset = SignatureLength; ;)
        {
            if (!TryChunk(bytes, offset, out ReadOnlySpan<byte> chunk, out problem))
                return false;
            ReadOnlySpan<byte> type = chunk.Slice(LengthLength, TypeLength);
            bool makesPixels = type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8)
                || type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8);
            if (!makesPixels && (type[0] & AncillaryBit) == 0)
            {
                problem =
                    $"the PNG has an unknown critical chunk at offset {offset} (type {Convert.ToHexString(type)})";
                return false;
            }
            if (makesPixels)
            {
                chunk.CopyTo(kept.AsSpan(used));
                used += chunk.Length;
            }
            offset += chunk.Length;
            if (type.SequenceEqual("IEND"u8))
                break;
        }
        kept = kept[..used];
        return true;
    }

    private static bool TryChunk(ReadOnlySpan<byte> bytes, int offset, out ReadOnlySpan<byte> chunk, out string problem)
    {
        chunk = [];
        ReadOnlySpan<byte> rest = bytes[offset..];
        long length = rest.Length < LengthLength ? long.MaxValue
            : LengthLength + TypeLength + (long)BinaryPrimitives.ReadUInt32BigEndian(rest) + ChecksumLength;
        if (length > rest.Length)
        {
            problem = $"the PNG is truncated or damaged: it has {bytes.Length} bytes and its chunk at offset {offset} "
                + $"does not end among them";
            return false;
        }
        chunk = rest[..(int)length];
        uint computed = Crc32(chunk[LengthLength..^ChecksumLength]),
            stored = BinaryPrimitives.ReadUInt32BigEndian(chunk[^ChecksumLength..]);
        problem = computed == stored ? ""
            : $"the PNG is damaged: its chunk at offset {offset} has checksum {computed:X8}, want {stored:X8}";
        return computed == stored;
    }

    // PNG specification, annex D.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = Crc32Table[(byte)(crc ^ value)] ^ crc >> 8;
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        const uint Polynomial = 0xEDB88320;
        uint[] table = new uint[256];
        for (uint n = 0; n < table.Length; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? Polynomial ^ c >> 1 : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
