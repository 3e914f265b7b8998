namespace Router.Data;

/// <summary>
/// What an image file may ask of this process. Everything is checked on the file's header, before a decoder sees the
/// file.
/// </summary>
public sealed record ImageLimits
{
    /// <summary>Default of <see cref="MaxSide"/>.</summary>
    public const int DefaultMaxSide = 16_384;

    /// <summary>
    /// Default of <see cref="MaxPixels"/>: 32 Mi pixels. They take 220 MiB while they are decoded, in a progressive
    /// CMYK JPEG or an interlaced PNG of 16 bits 480 MiB.
    /// </summary>
    public const long DefaultMaxPixels = 32L << 20;

    /// <summary>Default of <see cref="MaxFileBytes"/>: 32 MiB.</summary>
    public const int DefaultMaxFileBytes = 32 << 20;

    /// <summary>Default of <see cref="MaxScans"/>; encoders write about ten.</summary>
    public const int DefaultMaxScans = 100;

    /// <summary>The defaults.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Longest width or height, in pixels.</summary>
    public int MaxSide { get; init; } = DefaultMaxSide;

    /// <summary>Largest width × height.</summary>
    public long MaxPixels { get; init; } = DefaultMaxPixels;

    /// <summary>Largest file, in bytes.</summary>
    public int MaxFileBytes { get; init; } = DefaultMaxFileBytes;

    /// <summary>
    /// Most scans of a progressive JPEG: each costs a pass over the whole image and a dozen bytes of file.
    /// </summary>
    public int MaxScans { get; init; } = DefaultMaxScans;
}
