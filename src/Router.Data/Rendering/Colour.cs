namespace Router.Data.Rendering;

/// <summary>Levels of red, green and blue; they may leave 0..255 until they reach the <see cref="Canvas"/>.</summary>
internal readonly record struct Colour(int Red, int Green, int Blue)
{
    public static Colour operator +(Colour left, Colour right) =>
        new(left.Red + right.Red, left.Green + right.Green, left.Blue + right.Blue);

    public static Colour operator *(Colour colour, int factor) =>
        new(colour.Red * factor, colour.Green * factor, colour.Blue * factor);

    public static Colour operator /(Colour colour, int divisor) =>
        new(colour.Red / divisor, colour.Green / divisor, colour.Blue / divisor);
}
