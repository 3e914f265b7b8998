using SkiaSharp;

namespace Router.Data.Decoding;

/// <summary>
/// Hands a file whose header has been checked to Skia's codecs, and takes the levels over as they are stored.
/// </summary>
internal static class SkiaDecoder
{
    private const int Channels = 4;

    internal static ImageDecoding Png(ReadOnlySpan<byte> bytes, ImageHeader header) =>
        PngChunks.TryKeepPixels(bytes, out byte[] kept, out string problem)
            ? Decode(kept, header)
            : ImageDecoding.Refused(problem);

    internal static ImageDecoding Jpeg(ReadOnlySpan<byte> bytes, ImageHeader header) => Decode(bytes, header);

    private static unsafe ImageDecoding Decode(ReadOnlySpan<byte> bytes, ImageHeader header)
    {
        string format = header.Format.ToString().ToUpperInvariant();
        fixed (byte* file = bytes)
        {
            using SKData data = SKData.Create((nint)file, bytes.Length);
            using SKCodec? codec = SKCodec.Create(data);
            if (codec is null)
                return ImageDecoding.Refused($"the {format} is damaged or truncated (Skia cannot read its header)");
            int width = codec.Info.Width, height = codec.Info.Height;
            if (width != header.Width || height != header.Height)
                return ImageDecoding.Refused(
                    $"the {format} is damaged: it announces {header.Width}×{header.Height} pixels "
                    + $"and holds {width}×{height}");
            // Without a colour space nothing is converted; with alpha kept apart, colours are not multiplied by it.
            SKImageInfo info = new(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
            byte[] levels = new byte[info.BytesSize];
            fixed (byte* start = levels)
            {
                // Where data are missing Skia fills the rest and says so.
                SKCodecResult result = codec.GetPixels(info, (nint)start);
                if (result != SKCodecResult.Success)
                    return ImageDecoding.Refused($"the {format} is damaged or truncated (Skia: {result})");
            }
            return ImageDecoding.Of(Planar(levels, width, height));
        }
    }

    private static Image8 Planar(ReadOnlySpan<byte> levels, int width, int height)
    {
        ImageShape shape = new(3, height, width);
        byte[] pixels = new byte[shape.Length];
        int plane = shape.PlaneLength;
        for (int at = 0; at < plane; at++)
        {
            ReadOnlySpan<byte> pixel = levels.Slice(Channels * at, Channels);
            (pixels[at], pixels[plane + at], pixels[2 * plane + at]) = (pixel[0], pixel[1], pixel[2]);
        }
        return new Image8(shape, pixels);
    }
}
