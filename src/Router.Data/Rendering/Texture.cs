namespace Router.Data.Rendering;

/// <summary>
/// A fine pattern of period 2 (checks), 3 (dots) or 4 pixels (the others), in the order of the fine classes of
/// <see cref="Shapes10"/>.
/// </summary>
internal enum Texture
{
    Horizontal,
    Vertical,
    Diagonal,
    Checks,
    Dots,
}
