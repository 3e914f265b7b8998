namespace Router.Data.Rendering;

/// <summary>
/// The random choices of one picture: draw k of key c under seed s is a hash of (s, c, k) alone, in 32-bit integer
/// arithmetic, the same on every machine. Two keys of one seed never draw the same first word.
/// </summary>
internal sealed class Draws(uint seed, uint key)
{
    private readonly uint stream = Murmur.Mix(Murmur.Mix(key) + Murmur.Mix(seed));
    private uint drawn;

    /// <summary>A whole number, from and to included.</summary>
    public int Between(int from, int to) => from + (int)((ulong)Word() * (uint)(to - from + 1) >> 32);

    /// <summary>A colour whose three levels lie between two.</summary>
    public Colour Colour(int from, int to) => new(Between(from, to), Between(from, to), Between(from, to));

    private uint Word() => Murmur.Mix(stream ^ Murmur.Mix(drawn++));
}
