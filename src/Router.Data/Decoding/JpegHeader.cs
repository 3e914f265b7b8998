using System.Buffers.Binary;

namespace Router.Data.Decoding;

/// <summary>
/// Walks the marker segments of a JPEG (ITU-T T.81, annex B) up to the frame header, then counts scans up to the
/// end marker. The decoder would not miss it: it shows a progressive image from the scans it has.
/// </summary>
internal static class JpegHeader
{
    private const byte Prefix = 0xFF, StartOfImage = 0xD8, FirstRestart = 0xD0, EndOfImage = 0xD9, StartOfScan = 0xDA;
    private const byte Temporary = 0x01;
    private const byte FirstFrame = 0xC0, LastFrame = 0xCF, HuffmanTables = 0xC4, Extension = 0xC8,
        ArithmeticConditioning = 0xCC;
    private const int FrameFields = 6;

    internal static bool Opens(ReadOnlySpan<byte> bytes) => bytes.StartsWith([Prefix, StartOfImage, Prefix]);

    internal static bool TryRead(ReadOnlySpan<byte> bytes, out ImageHeader header, out string problem)
    {
        header = default;
        int offset = 2;
        while (offset + 4 <= bytes.Length)
        {
            byte marker = bytes[offset + 1];
            if (bytes[offset] == Prefix && marker == Prefix)
            {
                offset++; // a fill byte
                continue;
            }
            // A marker without a length (restart, start, end) or with a meaning unknown to us must not decide where the
            // next one is looked for: the decoder might find another frame header than the one whose size is checked
            // here.
            if (bytes[offset] != Prefix || marker < FirstFrame || marker is >= FirstRestart and <= StartOfScan)
            {
                problem = $"the JPEG is damaged at offset {offset}: want a marker segment before the frame header, got "
                    + $"bytes {bytes[offset]:X2}{marker:X2}";
                return false;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(offset + 2)..]);
            ReadOnlySpan<byte> rest = bytes[(offset + 4)..];
            if (length < 2 || rest.Length < length - 2)
                break;
            if (IsFrame(marker))
            {
                problem = $"the JPEG is cut off after {bytes.Length} bytes: no end marker follows its last scan";
                return TryCountScans(rest[(length - 2)..], out int scans)
                    && TryReadFrame(rest[..(length - 2)], offset, scans, out header, out problem);
            }
            offset += 2 + length;
        }
        problem = $"the JPEG is cut off after {bytes.Length} bytes, before its frame header: its segment at offset "
            + $"{offset} is not complete";
        return false;
    }

    private static bool IsFrame(byte marker) =>
        marker is >= FirstFrame and <= LastFrame and not HuffmanTables and not Extension and not ArithmeticConditioning;

    private static bool TryReadFrame(
        ReadOnlySpan<byte> frame, int offset, int scans, out ImageHeader header, out string problem)
    {
        header = default;
        if (frame.Length < FrameFields)
        {
            problem = $"the JPEG is damaged at offset {offset}: its frame header has {frame.Length} bytes, want at "
                + $"least {FrameFields}";
            return false;
        }
        int precision = frame[0], height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]),
            width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), components = frame[5];
        problem =
            precision != 8 ? $"the JPEG has {precision} bits a value, want 8"
            : width == 0 || height == 0
                ? $"the JPEG announces {width}×{height} pixels at offset {offset}, want at least 1×1"
            : components is not 1 and not 3
                and not 4 ? $"the JPEG has {components} components, want 1 (grey), 3 (colour) or 4 (CMYK)"
            : "";
        header = new ImageHeader(ImageFormat.Jpeg, width, height, scans);
        return problem.Length == 0;
    }

    // From behind the frame header to the end marker, as the decoder reads: what is appended to a file, as the video of
    // a motion photo, is none of the image. Segments are passed over by their length, for a table may hold any bytes;
    // compressed data does not, an FF there is followed by 00 or a restart marker.
    private static bool TryCountScans(ReadOnlySpan<byte> bytes, out int scans)
    {
        scans = 0;
        while (SkipToMarker(ref bytes) && bytes[1] != EndOfImage)
        {
            if (bytes[1] == StartOfScan) scans++;
            int length = bytes.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            if (length < 2 || bytes.Length < 2 + length) return false;
            bytes = bytes[(2 + length)..];
        }
        return bytes.Length > 0;
    }

    // To the next marker that has a length, or ends the image; to the end where there is none.
    private static bool SkipToMarker(ref ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf(Prefix) is >= 0 and int at && at + 1 < bytes.Length)
        {
            bytes = bytes[at..];
            if (bytes[1] is not (0 or Temporary or Prefix or (>= FirstRestart and <= StartOfImage))) return true;
            bytes = bytes[(bytes[1] == Prefix ? 1 : 2)..];
        }
        bytes = [];
        return false;
    }
}
