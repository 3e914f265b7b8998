namespace Router.Data.Decoding;

/// <summary>Hands a file whose header has been checked to libgd, and takes the pixels over.</summary>
internal static unsafe class GdDecoder
{
    internal static ImageDecoding Png(ReadOnlySpan<byte> bytes, ImageHeader header)
    {
        if (!PngChunks.TryKeepPixels(bytes, out byte[] kept, out string problem))
            return ImageDecoding.Refused(problem);
        GdMessages.Listen();
        fixed (byte* data = kept)
            return Take(Gd.gdImageCreateFromPngPtr(kept.Length, data), "PNG", header);
    }

    internal static ImageDecoding Jpeg(ReadOnlySpan<byte> bytes, ImageHeader header)
    {
        GdMessages.Listen();
        fixed (byte* data = bytes)
            return Take(Gd.gdImageCreateFromJpegPtrEx(bytes.Length, data, ignoreWarning: 0), "JPEG", header);
    }

    private static ImageDecoding Take(Gd.Image* decoded, string format, ImageHeader header)
    {
        if (decoded == null)
            return ImageDecoding.Refused($"the {format} is damaged or truncated ({GdMessages.Last ?? "libgd gives no reason"})");
        try
        {
            // libjpeg fills what is missing with grey and only warns; libgd passes the warning on and returns the image.
            return GdMessages.Last is { } warning
                    ? ImageDecoding.Refused($"the {format} is damaged or truncated ({warning})")
                : decoded->Width != header.Width || decoded->Height != header.Height
                    ? ImageDecoding.Refused($"the {format} is damaged: it announces {header.Width}×{header.Height} pixels and holds {decoded->Width}×{decoded->Height}")
                : Pixels(decoded);
        }
        finally
        {
            Gd.gdImageDestroy(decoded);
        }
    }

    private static ImageDecoding Pixels(Gd.Image* decoded)
    {
        var shape = new ImageShape(3, decoded->Height, decoded->Width);
        byte[] pixels = new byte[shape.Length];
        int plane = shape.PlaneLength;
        // In a palette image the transparent "colour" is an index, which the pixel's alpha already reflects; −1 matches no opaque colour.
        int transparent = decoded->PalettePixels == nint.Zero ? decoded->Transparent : -1;
        for (int y = 0; y < shape.Height; y++)
            for (int x = 0; x < shape.Width; x++)
            {
                int color = Gd.gdImageGetTrueColorPixel(decoded, x, y);
                if (color >>> 24 != 0 || color == transparent)
                    return ImageDecoding.Refused($"the image is transparent at column {x}, row {y}: put it on the background you mean and send that");
                int at = y * shape.Width + x;
                pixels[at] = (byte)(color >> 16);
                pixels[plane + at] = (byte)(color >> 8);
                pixels[2 * plane + at] = (byte)color;
            }
        return ImageDecoding.Of(new Image8(shape, pixels));
    }
}
