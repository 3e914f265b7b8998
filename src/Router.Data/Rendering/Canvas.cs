namespace Router.Data.Rendering;

/// <summary>A 3×32×32 picture in the making.</summary>
internal sealed class Canvas
{
    public const int Side = 32;

    private readonly Colour[] pixels = new Colour[Side * Side];

    /// <summary>Gives every pixel (x, y) the colour of a function of its place and its colour so far.</summary>
    public void Paint(Func<int, int, Colour, Colour> colour)
    {
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
                pixels[y * Side + x] = colour(x, y, pixels[y * Side + x]);
    }

    /// <summary>Fills what lies inside a figure.</summary>
    public void Fill(Figure figure, Colour colour) => Paint((x, y, under) => figure.Contains(x, y) ? colour : under);

    /// <summary>The picture, levels cut to 0..255.</summary>
    public Image8 ToImage(ImageShape shape) => new(shape, (byte[])
    [
        .. pixels.Select(pixel => Level(pixel.Red)), .. pixels.Select(pixel => Level(pixel.Green)),
        .. pixels.Select(pixel => Level(pixel.Blue)),
    ]);

    private static byte Level(int value) => (byte)Math.Clamp(value, 0, 255);
}
