namespace Router.Data.Rendering;

/// <summary>
/// The pictures of <see cref="Shapes10"/>: a ground, clutter, and on them what the class is known by.
/// </summary>
internal static class Scene
{
    // Class-typical colours of the coarse figures; each level is then moved by at most Jitter.
    private static readonly Colour[] Colours = [
        new(225, 60, 50), new(60, 90, 225), new(60, 205, 75), new(225, 205, 50), new(220, 70, 215)];

    private const int Jitter = 30;

    // Of the fine textures: ±28 levels of 255 on 22 × 22 pixels. Measured, small networks: learned within minutes under
    // σ = .25, not under σ = 1.
    private const int Amplitude = 28, Window = 22;

    /// <summary>A large bright figure on a dark ground.</summary>
    public static Canvas Coarse(Outline outline, Draws draws)
    {
        var canvas = new Canvas();
        Ground(canvas, draws.Colour(10, 60), draws);
        Clutter(canvas, draws);
        (int smallest, int largest) = outline switch
        {
            Outline.Disc => (22, 26),
            Outline.Square => (18, 22),
            Outline.Triangle => (28, 32),
            _ => (24, 28),
        };
        var figure = new Figure(outline, draws.Between(27, 37), draws.Between(27, 37), draws.Between(smallest, largest),
            draws.Between(0, 15));
        canvas.Fill(figure, Colours[(int)outline] + draws.Colour(-Jitter, Jitter));
        return canvas;
    }

    /// <summary>A ground of middle brightness, and somewhere on it a square of faint grey texture.</summary>
    public static Canvas Fine(Texture texture, Draws draws)
    {
        var canvas = new Canvas();
        Ground(canvas, draws.Colour(70, 150), draws);
        Clutter(canvas, draws);
        var weave = new Weave(texture, draws.Between(0, 11), draws.Between(0, 11), draws.Between(0, 1) == 1);
        int left = draws.Between(0, Canvas.Side - Window), top = draws.Between(0, Canvas.Side - Window);
        canvas.Paint((x, y, under) =>
        {
            bool inside = x >= left && x < left + Window && y >= top && y < top + Window;
            int grey = inside ? weave.At(x, y, Amplitude) : 0;
            return under + new Colour(grey, grey, grey);
        });
        return canvas;
    }

    // One colour that drifts a little from left to right and from top to bottom.
    private static void Ground(Canvas canvas, Colour middle, Draws draws)
    {
        Colour right = draws.Colour(-12, 12), down = draws.Colour(-12, 12);
        canvas.Paint((x, y, _) => middle
            + (right * (2 * x + 1 - Canvas.Side) + down * (2 * y + 1 - Canvas.Side)) / Canvas.Side);
    }

    // A few specks of any colour.
    private static void Clutter(Canvas canvas, Draws draws)
    {
        for (int left = draws.Between(2, 4); left > 0; left--)
            canvas.Fill(
                new Figure(draws.Between(0, 1) == 0 ? Outline.Disc : Outline.Square, draws.Between(0, 64),
                    draws.Between(0, 64), draws.Between(3, 6), draws.Between(0, 15)),
                draws.Colour(0, 255));
    }
}
