

namespace Router.Host.Serving.Operations;

/// <summary>What one daemon takes on: beyond a limit a request is refused with its name, never served partly.</summary>
internal sealed record ServingLimits
{
    public const int DefaultImages = 64;
    public const int DefaultSamples = 1_000_000;
    public const int DefaultInFlight = 64;
    public const int DefaultWaiting = 64;
    public const int DefaultBodyMiB = 16;
    public const int DefaultDrainSeconds = 30;
    public const int DefaultLoadSeconds = 300;
    public const int DefaultCacheMiB = 64;
    public const int DefaultConnections = 1024;

    // Of every body, and one more for each MiB that it may have.
    private const int BodySeconds = 60;

    // Four parties at least have to gather to keep everybody else out.
    private const int ShareOfOne = 4;

    /// <summary>Images of one request, ≥ 1.</summary>
    public int Images { get; init; } = DefaultImages;

    /// <summary>The largest n0 and the largest n a request may ask for, ≥ 1.</summary>
    public int Samples { get; init; } = DefaultSamples;

    /// <summary>
    /// Images whose samples share forward passes at once, ≥ 1; one more of each caller that has none among them, up to
    /// twice as many.
    /// </summary>
    public int InFlight { get; init; } = DefaultInFlight;

    /// <summary>Requests that wait for their turn, ≥ 0.</summary>
    public int Waiting { get; init; } = DefaultWaiting;

    /// <summary>Pixels of a picture file, ≥ 1; null for as many as its data set has use for.</summary>
    public long? PicturePixels { get; init; }

    /// <summary>Bytes of a request's body.</summary>
    public long BodyBytes { get; init; } = DefaultBodyMiB << 20;

    /// <summary>
    /// Bytes that the bodies of all requests may take together while they are needed, beyond the beginning of each.
    /// </summary>
    public long AllBodiesBytes => 16 * BodyBytes;

    /// <summary>
    /// How long a body may take to come, from when it is asked for: a least rate alone is a mean over all of it, and
    /// whoever sent most of it at once could then be silent for hours.
    /// </summary>
    public TimeSpan BodyTime => TimeSpan.FromSeconds(BodySeconds + (BodyBytes >> 20));

    /// <summary>Connections that are open at once, ≥ 1; the next is closed as it comes.</summary>
    public int Connections { get; init; } = DefaultConnections;

    /// <summary>Connections of one address that are open at once, ≥ 1; null for a quarter of all.</summary>
    public int? ConnectionsOfAddress { get; init; }

    /// <summary>The same, also where it is not told.</summary>
    public int MostOfAddress => ConnectionsOfAddress ?? Math.Max(1, Connections / ShareOfOne);

    /// <summary>How long a connection may stay open without a first byte.</summary>
    public TimeSpan FirstByteTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of answers that are kept to be given again; 0 for none.</summary>
    public long CacheBytes { get; init; } = DefaultCacheMiB << 20;

    /// <summary>How long requests in flight may take once the daemon was told to stop.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(DefaultDrainSeconds);

    /// <summary>
    /// How long a registry may take to be read, loaded and probed, and a network to come into memory.
    /// </summary>
    public TimeSpan LoadTime { get; init; } = TimeSpan.FromSeconds(DefaultLoadSeconds);
}
