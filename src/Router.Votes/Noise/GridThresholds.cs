using System.Numerics;
using System.Runtime.CompilerServices;

namespace Router.Votes.Noise;

/// <summary>
/// Inverts the distribution of Q(ε) = m/255, ε ~ N(0, σ²) rounded to the nearest multiple of 1/255, at 64-bit uniform
/// words: P(m) = Φ((m+½)/(255σ)) − Φ((m−½)/(255σ)). A word U stands for the reals [U, U+1)·2⁻⁶⁴. It decides m where no
/// threshold T_m = 2⁶⁴·Φ((m+½)/(255σ)) lies among them, however the real draw goes on; otherwise it is undecided and
/// never guessed. The probability of that is about 2⁻⁶⁴ per threshold, and U = 0 and U = 2⁶⁴−1, where infinitely many
/// thresholds meet, are always undecided.
/// </summary>
public sealed class GridThresholds
{
    /// <summary>
    /// The largest σ, in units of the [0, 1] intensity range: beyond it the table of <see cref="GridNoise"/> has no
    /// room for m.
    /// </summary>
    public const decimal MaxSigma = 3.5m;

    // Threshold i lies in [Lowest[i], Highest[i] + 1): those words are undecided. The first and the last stand for all
    // that follow outward.
    private readonly ulong[] _lowest;
    private readonly ulong[] _highest;

    private GridThresholds(decimal sigma, ulong[] lowest, ulong[] highest)
    {
        (Sigma, _lowest, _highest) = (sigma, lowest, highest);
        Largest = lowest.Length / 2 - 1;
    }

    /// <summary>σ, the exact decimal.</summary>
    public decimal Sigma { get; }

    /// <summary>The largest |m| that a word can decide, about 9.1·255σ.</summary>
    public int Largest { get; }

    internal ReadOnlySpan<ulong> Lowest => _lowest;

    internal ReadOnlySpan<ulong> Highest => _highest;

    /// <summary>The thresholds of σ. Takes some 80 ms at σ = 1, more for larger σ: keep them.</summary>
    /// <param name="sigma">In (0, <see cref="MaxSigma"/>], taken as the exact decimal.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> is outside its range.</exception>
    public static GridThresholds For(decimal sigma)
    {
        if (sigma is <= 0 or > MaxSigma)
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, $"σ of grid noise lies in (0, {MaxSigma}]");
        (BigInteger numerator, BigInteger denominator) = HalfStep(sigma);
        List<(ulong Lowest, ulong Highest)> positive = [];
        do
            positive.Add(Enclose((2 * positive.Count + 1) * numerator, denominator));
        while (positive[^1].Highest < ulong.MaxValue);

        // T of −m−1 is 2⁶⁴ − T of m.
        int count = positive.Count;
        ulong[] lowest = new ulong[2 * count], highest = new ulong[2 * count];
        for (int i = 0; i < count; i++)
        {
            (lowest[count + i], highest[count + i]) = positive[i];
            (lowest[count - 1 - i], highest[count - 1 - i]) = (~positive[i].Highest, ~positive[i].Lowest);
        }
        return new(sigma, lowest, highest);
    }

    /// <summary>The m that a uniform word decides.</summary>
    /// <returns>False where the word is undecided; <paramref name="m"/> is then 0 and means nothing.</returns>
    public bool TryInvert(ulong word, out short m) => TryInvert(word, word, 0, _highest.Length, out m);

    /// <summary>The m that all words from <paramref name="first"/> to <paramref name="last"/> decide alike.</summary>
    /// <param name="first">Lowest word.</param>
    /// <param name="last">Highest word, ≥ <paramref name="first"/>.</param>
    /// <param name="from">Thresholds below this index are known to be below <paramref name="first"/>.</param>
    /// <param name="to">Thresholds from this index on are known to be above <paramref name="first"/>.</param>
    /// <param name="m">The value, 0 where undecided.</param>
    internal bool TryInvert(ulong first, ulong last, int from, int to, out short m)
    {
        int below = CountBelow(first, from, to);
        bool decided = below < _lowest.Length && last < _lowest[below];
        m = decided ? (short)(below - 1 - Largest) : (short)0;
        return decided;
    }

    /// <summary>
    /// How many thresholds end below <paramref name="word"/>, known to be between <paramref name="from"/> and
    /// <paramref name="to"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int CountBelow(ulong word, int from, int to)
    {
        while (from < to)
        {
            int middle = (from + to) >>> 1;
            if (_highest[middle] < word)
                from = middle + 1;
            else
                to = middle;
        }
        return from;
    }

    // 1/(510σ) in lowest terms: (m + ½)/(255σ) is 2m + 1 times it.
    private static (BigInteger Numerator, BigInteger Denominator) HalfStep(decimal sigma)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(sigma, parts);
        BigInteger mantissa = ((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0];
        BigInteger numerator = BigInteger.Pow(10, sigma.Scale), denominator = 510 * mantissa;
        BigInteger common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return (numerator / common, denominator / common);
    }

    private static (ulong Lowest, ulong Highest) Enclose(BigInteger a, BigInteger b)
    {
        if (NormalMass.IsBeyond(a, b))
            return (ulong.MaxValue, ulong.MaxValue);
        BigInteger phi = (BigInteger.One << (NormalMass.FractionBits - 1)) + NormalMass.Central(a, b);
        BigInteger error = BigInteger.One << NormalMass.LogError;
        return (Word(phi - error), Word(phi + error));
    }

    private static ulong Word(BigInteger phi)
    {
        BigInteger word = phi >> (NormalMass.FractionBits - 64);
        return word > ulong.MaxValue ? ulong.MaxValue : (ulong)word;
    }
}
