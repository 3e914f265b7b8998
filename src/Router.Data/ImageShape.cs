namespace Router.Data;

/// <summary>Extent of an image: channels × rows × columns, each ≥ 1 and at most 2³¹ − 1 values together.</summary>
public sealed record ImageShape
{
    /// <summary>States a shape.</summary>
    /// <param name="channels">Colour planes: 3 for RGB.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">An extent is below 1, or the product exceeds 2³¹ − 1.</exception>
    public ImageShape(int channels, int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if ((Int128)channels * height * width > int.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(width), $"an image of {channels}×{height}×{width} values is larger than 2³¹ − 1 values");
        (Channels, Height, Width) = (channels, height, width);
    }

    /// <summary>Colour planes: 3 for RGB.</summary>
    public int Channels { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Values in one plane: <see cref="Height"/> × <see cref="Width"/>.</summary>
    public int PlaneLength => Height * Width;

    /// <summary>Values in the whole image: the dimension d of the classifier's input.</summary>
    public int Length => Channels * PlaneLength;

    /// <summary>The shape as 3×32×32.</summary>
    public override string ToString() => $"{Channels}×{Height}×{Width}";
}
