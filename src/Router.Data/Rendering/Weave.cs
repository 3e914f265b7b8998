namespace Router.Data.Rendering;

/// <summary>A texture in some position.</summary>
/// <param name="Texture">Which.</param>
/// <param name="X">Columns it is shifted by, ≥ 0.</param>
/// <param name="Y">Rows it is shifted by, ≥ 0.</param>
/// <param name="Mirrored">
/// Whether left and right are exchanged, which only diagonals show; both are one class, so that a mirrored picture
/// keeps its own.
/// </param>
internal readonly record struct Weave(Texture Texture, int X, int Y, bool Mirrored)
{
    /// <summary>
    /// What it adds at a pixel: over a period the mean is 0 and the mean square about <paramref name="amplitude"/>²,
    /// whatever the texture, so that neither brightness nor contrast tells one from another.
    /// </summary>
    public int At(int x, int y, int amplitude)
    {
        int u = (Mirrored ? Canvas.Side - 1 - x : x) + X, v = y + Y;
        return Texture switch
        {
            Texture.Horizontal => Sign(v / 2) * amplitude,
            Texture.Vertical => Sign(u / 2) * amplitude,
            Texture.Diagonal => Sign((u + v) / 2) * amplitude,
            Texture.Checks => Sign(u + v) * amplitude,
            // One pixel of nine stands out: (8² + 8 · 1²) / 9 = 8, and √8 ≈ 17/6.
            _ => (u % 3 == 0 && v % 3 == 0 ? 8 : -1) * ((6 * amplitude + 8) / 17),
        };
    }

    private static int Sign(int number) => number % 2 == 0 ? 1 : -1;
}
