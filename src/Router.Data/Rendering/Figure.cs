namespace Router.Data.Rendering;

/// <summary>A figure of some size, place and turn.</summary>
/// <param name="Outline">What it looks like.</param>
/// <param name="X">Its centre's column, in half pixels: pixel x lies at 2x + 1.</param>
/// <param name="Y">Its centre's row, in half pixels.</param>
/// <param name="Size">
/// Half its extent, in half pixels: radius, half side, radius of the circle around the corners, length of an arm.
/// </param>
/// <param name="Turn">Sixteenths of a full turn.</param>
internal readonly record struct Figure(Outline Outline, int X, int Y, int Size, int Turn)
{
    // 64 · cos of 0, 1, …, 15 sixteenths of a turn, rounded once and for all: no machine's cosine takes part.
    private static ReadOnlySpan<sbyte> Cosine => [64, 59, 45, 24, 0, -24, -45, -59, -64, -59, -45, -24, 0, 24, 45, 59];

    /// <summary>Whether the middle of pixel (x, y) lies inside.</summary>
    public bool Contains(int x, int y)
    {
        int dx = 2 * x + 1 - X, dy = 2 * y + 1 - Y;
        int cosine = Cosine[Turn % 16], sine = Cosine[(Turn + 12) % 16];
        // Along and across the turned figure, and its size, in 1/64 of half a pixel.
        int u = Math.Abs(dx * cosine + dy * sine), v = dy * cosine - dx * sine, size = 64 * Size;
        int distance2 = dx * dx + dy * dy;
        return Outline switch
        {
            Outline.Disc => distance2 <= Size * Size,
            Outline.Square => Math.Max(u, Math.Abs(v)) <= size,
            // 7/4 for √3: the sides that meet at (0, −size).
            Outline.Triangle => 2 * v <= size && 4 * (v + size) >= 7 * u,
            Outline.Cross => Math.Max(u, Math.Abs(v)) <= size && 3 * Math.Min(u, Math.Abs(v)) <= size,
            _ => distance2 <= Size * Size && 4 * distance2 >= Size * Size,
        };
    }
}
