using Router.Data.Decoding;

namespace Router.Data;

/// <summary>
/// PNG and JPEG files as RGB images, through libgd. Greyscale and palette images become RGB; 16-bit PNG keeps the high byte of each value.
/// <para>Refused, because nobody but the sender can say which pixels were meant: an image with a transparent pixel (libgd keeps seven bits of
/// alpha, so 254/255 counts as opaque), a CMYK JPEG, and a damaged or truncated file even where a decoder would fill the gap.</para>
/// <para>Ignored: EXIF orientation (pixels come as stored), colour profiles and gamma, frames of an animation after the first.</para>
/// </summary>
public static class ImageFile
{
    /// <summary>Extensions of the files this class reads, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg"];

    /// <summary>Decodes a file's bytes. Thread-safe.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="limits">What the file may ask for.</param>
    /// <returns>An image of 3×height×width, or what is wrong with the bytes.</returns>
    /// <exception cref="DllNotFoundException">libgd is not installed.</exception>
    public static ImageDecoding Decode(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (bytes.Length > limits.MaxFileBytes)
            return ImageDecoding.Refused(TooManyBytes(bytes.Length, limits));
        if (!ImageHeader.TryRead(bytes, out ImageHeader header, out string problem) || !header.Allowed(limits, out problem))
            return ImageDecoding.Refused(problem);
        return header.Format == ImageFormat.Png ? GdDecoder.Png(bytes, header) : GdDecoder.Jpeg(bytes, header);
    }

    /// <summary>Reads and decodes a file.</summary>
    /// <exception cref="InvalidDataException">The file is not an image that can be used; the message names the file and what is wrong.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="DllNotFoundException">libgd is not installed.</exception>
    public static Image8 Read(string path, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        long length = new FileInfo(path).Length;
        if (length > limits.MaxFileBytes)
            throw new InvalidDataException($"{path}: {TooManyBytes(length, limits)}");
        ImageDecoding decoding = Decode(File.ReadAllBytes(path), limits);
        return decoding.Succeeded ? decoding.Image : throw new InvalidDataException($"{path}: {decoding.Problem}");
    }

    private static string TooManyBytes(long length, ImageLimits limits) =>
        $"the file has {length} bytes, more than the {limits.MaxFileBytes} allowed";
}
