namespace Router.Votes.Noise;

/// <summary>
/// One stream of uniform words, addressed by sample index and coordinate. The layout, which a verifier in any language
/// can redo:
/// <code>
/// generator    Philox4x32-10
/// key          word 0 = Seed mod 2³², word 1 = ⌊Seed / 2³²⌋
/// coordinate j block b = 16·⌊j/64⌋ + j mod 16,  output word w = ⌊j/16⌋ mod 4
/// counter      ( b + 2³¹·plane,  sample mod 2³²,  ⌊sample / 2³²⌋,  Id )
/// uniform      U = 2³²·(word of plane 0) + (word of plane 1),  0 ≤ U &lt; 2⁶⁴
/// </code>
/// Plane 0 holds the leading halves and is always drawn; plane 1 holds the trailing halves and is drawn only where the
/// leading half does not
/// decide, which changes no value. 64 consecutive coordinates are the four words of 16 consecutive blocks, so that
/// vectors need no shuffle.
/// </summary>
/// <param name="Seed">The key. Unknown to whoever chose the input until the input is fixed.</param>
/// <param name="Id">Which stream of this seed: the router's, an expert's.</param>
public readonly record struct NoiseStream(ulong Seed, uint Id)
{
    internal const int GroupSize = 64;
    internal const int BlocksPerGroup = GroupSize / 4;
    internal const uint TrailingPlane = 1u << 31;

    /// <summary>The 64-bit uniform word of one coordinate of one sample.</summary>
    /// <param name="sampleIndex">≥ 0.</param>
    /// <param name="coordinate">≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative.</exception>
    public ulong Uniform(long sampleIndex, int coordinate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sampleIndex);
        ArgumentOutOfRangeException.ThrowIfNegative(coordinate);
        return ((ulong)Word(sampleIndex, coordinate, 0) << 32) | Trailing(sampleIndex, coordinate);
    }

    internal uint Trailing(long sampleIndex, int coordinate) => Word(sampleIndex, coordinate, TrailingPlane);

    private uint Word(long sampleIndex, int coordinate, uint plane)
    {
        uint block = (uint)(coordinate / GroupSize * BlocksPerGroup + coordinate % BlocksPerGroup);
        (uint X0, uint X1, uint X2, uint X3) words = Philox4x32.Block(
            (block | plane, (uint)sampleIndex, (uint)(sampleIndex >> 32), Id), Seed);
        return (coordinate / BlocksPerGroup % 4) switch
        {
            0 => words.X0,
            1 => words.X1,
            2 => words.X2,
            _ => words.X3,
        };
    }
}
