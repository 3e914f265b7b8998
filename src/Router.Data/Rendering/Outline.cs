namespace Router.Data.Rendering;

/// <summary>
/// What a <see cref="Figure"/> looks like, in the order of the coarse classes of <see cref="Shapes10"/>.
/// </summary>
internal enum Outline
{
    Disc,
    Square,
    Triangle,
    Cross,
    Ring,
}
