using System.Diagnostics.CodeAnalysis;
using Router.Data.Decoding;

namespace Router.Data;

/// <summary>
/// PNG and JPEG files as RGB images, with the levels that torchvision's loader gives: Pillow's
/// <c>Image.open(…).convert("RGB")</c>.
/// <para>Greyscale, palette and CMYK images become RGB (R = (255 − C)(255 − K) / 255), values of 16 bits keep their
/// high byte. Ignored: alpha and
/// other transparency, EXIF orientation (pixels come as stored), colour profiles and gamma, frames of an animation
/// after the first.</para>
/// <para>Pillow differs in one thing: it clips 16-bit greyscale at 255, which makes nearly all of it white.</para>
/// <para>Refused: files that break off, and those whose checksums (PNG) or marker segments (JPEG) are wrong. The
/// compressed data of a JPEG carry no checksum: what damaged data decode to is taken, as Pillow takes it, also where
/// they end before the picture does. A colour that a palette does not have is what the decoder makes of it.</para>
/// </summary>
public static class ImageFile
{
    /// <summary>Extensions of the files this class reads, in lower case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg"];

    /// <summary>Decodes a file's bytes. Thread-safe.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="limits">What the file may ask for.</param>
    /// <returns>An image of 3×height×width, or what is wrong with the bytes.</returns>
    public static ImageDecoding Decode(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        if (Objection(bytes, limits, out ImageHeader header) is { } problem)
            return ImageDecoding.Refused(problem);
        return header.Format == ImageFormat.Png ? SkiaDecoder.Png(bytes, header) : SkiaDecoder.Jpeg(bytes, header);
    }

    /// <summary>What speaks against a file by its length and what its header announces: nothing is decoded.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="limits">What the file may ask for.</param>
    /// <returns>What is wrong; null where it may be decoded.</returns>
    public static string? Objection(ReadOnlySpan<byte> bytes, ImageLimits limits) => Objection(bytes, limits, out _);

    /// <summary>Reads and decodes a file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not an image that can be used; the message names the file and what is wrong.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static Image8 Read(string path, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        long length = new FileInfo(path).Length;
        if (length > limits.MaxFileBytes)
            throw new InvalidDataException($"{path}: {TooManyBytes(length, limits)}");
        // So has a pipe, a socket or a device, which may never end.
        if (length == 0)
            throw new InvalidDataException($"{path} has no bytes: expected a PNG or JPEG file");
        ImageDecoding decoding = Decode(File.ReadAllBytes(path), limits);
        return decoding.Succeeded ? decoding.Image : throw new InvalidDataException($"{path}: {decoding.Problem}");
    }

    private static string? Objection(ReadOnlySpan<byte> bytes, ImageLimits limits, out ImageHeader header)
    {
        ArgumentNullException.ThrowIfNull(limits);
        header = default;
        if (bytes.Length > limits.MaxFileBytes)
            return TooManyBytes(bytes.Length, limits);
        return ImageHeader.TryRead(bytes, out header, out string problem) && header.Allowed(limits, out problem)
            ? null
            : problem;
    }

    private static string TooManyBytes(long length, ImageLimits limits) =>
        $"the file has {length} bytes, more than the {limits.MaxFileBytes} allowed";
}

/// <summary>What came of decoding: an image, or what is wrong with the file.</summary>
public sealed class ImageDecoding
{
    private ImageDecoding(Image8? image, string? problem) => (Image, Problem) = (image, problem);

    /// <summary>The RGB image, or null.</summary>
    public Image8? Image { get; }

    /// <summary>What is wrong and what would be right, without the file's name; null where there is an image.</summary>
    public string? Problem { get; }

    /// <summary>Whether there is an image.</summary>
    [MemberNotNullWhen(true, nameof(Image))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Image is not null;

    internal static ImageDecoding Of(Image8 image) => new(image, problem: null);

    internal static ImageDecoding Refused(string problem) => new(image: null, problem);
}
