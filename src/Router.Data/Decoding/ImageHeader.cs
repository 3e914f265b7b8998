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
