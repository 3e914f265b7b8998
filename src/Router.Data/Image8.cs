namespace Router.Data;

/// <summary>
/// An image of 8-bit values, plane after plane (CHW: all of channel 0 row by row, then channel 1, …); RGB order where
/// there are three.
/// </summary>
public sealed class Image8
{
    /// <summary>Wraps pixels without copying them; whoever made them must not change them afterwards.</summary>
    /// <param name="shape">Channels × height × width.</param>
    /// <param name="pixels">Exactly <see cref="ImageShape.Length"/> bytes, planar CHW, 0..255.</param>
    /// <exception cref="ArgumentException">The number of bytes does not match the shape.</exception>
    public Image8(ImageShape shape, ReadOnlyMemory<byte> pixels)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (pixels.Length != shape.Length)
            throw new ArgumentException(
                $"an image of {shape} holds {shape.Length} bytes, got {pixels.Length}", nameof(pixels));
        (Shape, Pixels) = (shape, pixels);
    }

    /// <summary>Channels × height × width.</summary>
    public ImageShape Shape { get; }

    /// <summary>Colour planes.</summary>
    public int Channels => Shape.Channels;

    /// <summary>Rows.</summary>
    public int Height => Shape.Height;

    /// <summary>Columns.</summary>
    public int Width => Shape.Width;

    /// <summary>All values, planar CHW, 0..255.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>The values of one channel, row by row.</summary>
    /// <param name="channel">0 ≤ channel &lt; <see cref="Channels"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public ReadOnlySpan<byte> Plane(int channel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, Channels);
        return Pixels.Span.Slice(channel * Shape.PlaneLength, Shape.PlaneLength);
    }
}
