using System.Globalization;
using System.Numerics;

namespace Router.Votes.Noise;

/// <summary>
/// Φ(z) − ½ for rational z in whole units of 2⁻²⁸⁸, with a proven error. Double arithmetic misses Φ by thousands of
/// units of 2⁻⁶⁴.
/// </summary>
/// <remarks>
/// √(2π)·(Φ(z) − ½) = Σ (−1)ᵏ tₖ/(2k+1) with t₀ = z, tₖ₊₁ = tₖ·z²/(2(k+1)). In units of 2⁻²⁸⁸ each floor errs by less
/// than 1; carried from tⱼ to tₖ an error grows by at most max Π z²/(2i) ≤ exp(z²/2) ≤ e⁴² &lt; 2⁶¹, so with at most 2⁹
/// terms every tₖ errs by less than 2⁷⁰ and the sum by less than 2⁷⁹. The sum ends past the largest term once tₖ &lt;
/// 2⁸⁰, where the alternating remainder is less than 2⁸⁰ + 2⁷⁰. The factor 1/√(2π) &lt; ½ and its own rounding (the sum
/// is below 2²⁸⁹) add less than 4. All together: less than 2⁸¹, so <see cref="LogError"/> = 82 is safe: 2⁻²⁰⁶.
/// </remarks>
internal static class NormalMass
{
    /// <summary>Results are in units of 2^−FractionBits.</summary>
    public const int FractionBits = 288;

    /// <summary>Results err by less than 2^LogError units.</summary>
    public const int LogError = 82;

    private const int MaxTerms = 1 << 9;
    private const int LogSmallTerm = 80;

    // ⌊2²⁸⁸/√(2π)⌋
    private static readonly BigInteger InverseSqrtTwoPi =
        BigInteger.Parse("0662114CF50D942343F2CF1402EAE38BFD3829F30512706D8C0471B4802639D2E9DF8AC55",
            NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>
    /// Whether z = a/b is beyond the range of <see cref="Central"/>: z² &gt; 84, where 1 − Φ(z) &lt; 2.5e-20 &lt; 2⁻⁶⁴.
    /// </summary>
    public static bool IsBeyond(BigInteger a, BigInteger b) => a * a > 84 * b * b;

    /// <summary>Φ(a/b) − ½ for a, b &gt; 0 that are not beyond the range.</summary>
    /// <exception cref="ArithmeticException">The series did not end within its proven number of terms.</exception>
    public static BigInteger Central(BigInteger a, BigInteger b)
    {
        BigInteger numerator = a * a, denominator = 2 * b * b;
        BigInteger term = (a << FractionBits) / b, sum = term;
        for (int k = 1; k < MaxTerms; k++)
        {
            term = term * numerator / (denominator * k);
            BigInteger share = term / (2 * k + 1);
            sum = (k & 1) == 0 ? sum + share : sum - share;
            if (term.GetBitLength() <= LogSmallTerm)
                return (sum * InverseSqrtTwoPi) >> FractionBits;
        }
        throw new ArithmeticException($"the series of Φ did not end within {MaxTerms} terms at z = {a}/{b}");
    }
}
