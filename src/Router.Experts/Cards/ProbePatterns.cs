
namespace Router.Experts.Cards;

/// <summary>
/// Four inputs defined by a formula, so that a wrong input layer or layer order shows without any data set. Shape [3,
/// 32, 32], row-major with flat index i: p0 = 37i mod 256, p1 = (101i + 17) mod 256, p2 = 8⌊i/32⌋ mod 256, p3 = 255 −
/// ⌊(i mod 1024)/4⌋. A network sees each level divided by 255.
/// </summary>
public static class ProbePatterns
{
    /// <summary>How many patterns there are.</summary>
    public const int Count = 4;

    /// <summary>Channels of a pattern.</summary>
    public const int Channels = 3;

    /// <summary>Rows of a pattern.</summary>
    public const int Height = 32;

    /// <summary>Columns of a pattern.</summary>
    public const int Width = 32;

    private const int Levels8Bit = 256;

    /// <summary>The 3072 byte levels of one pattern, channel by channel.</summary>
    /// <param name="pattern">0 to 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pattern.</exception>
    public static byte[] Levels(int pattern)
    {
        Func<int, int> p = pattern switch
        {
            0 => i => 37 * i % Levels8Bit,
            1 => i => (101 * i + 17) % Levels8Bit,
            2 => i => 8 * (i / 32) % Levels8Bit,
            3 => i => 255 - i % 1024 / 4,
            _ => throw new ArgumentOutOfRangeException(nameof(pattern), pattern, $"patterns are 0 to {Count - 1}"),
        };
        byte[] levels = new byte[Channels * Height * Width];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = (byte)p(i);
        return levels;
    }
}
