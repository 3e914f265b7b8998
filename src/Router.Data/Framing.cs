namespace Router.Data;

/// <summary>
/// How a picture of any size becomes a square input: resize so that the shorter side has a given length, then cut the
/// centre. (256, 224) is the convention of ImageNet classifiers; (32, 32) leaves CIFAR-10 images as they are.
/// </summary>
public sealed record Framing
{
    /// <summary>States a framing.</summary>
    /// <param name="shorterSide">Length of the shorter side after resizing, in pixels.</param>
    /// <param name="side">Length of the square's side; at most <paramref name="shorterSide"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The square is empty or does not fit.</exception>
    public Framing(int shorterSide, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shorterSide, side);
        (ShorterSide, Shape) = (shorterSide, new ImageShape(3, side, side));
    }

    /// <summary>Length of the shorter side after resizing, in pixels.</summary>
    public int ShorterSide { get; }

    /// <summary>The shape of the result.</summary>
    public ImageShape Shape { get; }

    /// <summary>
    /// Frames an RGB image. One that already has the shape is taken as it is, so that an input sent a second time is
    /// the same input. The longer side is ⌊longer · ShorterSide / shorter⌋ and the cut starts at (length − side)/2
    /// rounded half to even, as in torchvision's <c>Resize</c> and <c>CenterCrop</c>; the resampling is
    /// <see cref="Resize"/>'s.
    /// </summary>
    /// <exception cref="ArgumentException">The image does not have three channels.</exception>
    public Image8 Apply(Image8 image)
    {
        if (image.Channels != Shape.Channels)
            throw new ArgumentException(
                $"framing takes {Shape.Channels} channels, got an image of {image.Shape}", nameof(image));
        if (image.Shape == Shape)
            return image;
        int shorter = Math.Min(image.Height, image.Width);
        int height = Scaled(image.Height, shorter), width = Scaled(image.Width, shorter);
        // Only the cut is computed: the longer side of an extreme panorama may scale to millions of pixels.
        return Resize.Window(image, height, width, Offset(height, Shape.Height), Offset(width, Shape.Width), Shape);
    }

    private int Scaled(int length, int shorter) => checked((int)((long)length * ShorterSide / shorter));

    private static int Offset(int length, int side) => (int)Math.Round((length - side) / 2.0, MidpointRounding.ToEven);
}

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
