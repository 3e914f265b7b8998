using System.Globalization;

namespace Router.Smoothing.Sampling;

/// <summary>
/// How many samples are drawn between looks: a first chunk, then each look at a constant multiple of the draws of the
/// last.
/// </summary>
/// <param name="First">Samples of the first chunk, ≥ 1.</param>
/// <param name="Factor">Draws of a look over those of the one before, > 1.</param>
/// <param name="Multiple">Chunks are rounded up to whole multiples of it, say the voter's batch; ≥ 1.</param>
public sealed record ChunkGrowth(int First = 32, double Factor = 1.25, int Multiple = 1)
{
    /// <summary>Samples of the first chunk.</summary>
    public int First { get; } = First >= 1
        ? First
        : throw new ArgumentOutOfRangeException(nameof(First), First, "a chunk has at least one sample");

    /// <summary>Draws of a look over those of the one before.</summary>
    public double Factor { get; } = Factor is > 1 and <= 1e6
        ? Factor
        : throw new ArgumentOutOfRangeException(nameof(Factor), Factor, "chunks grow by a factor above 1");

    /// <summary>What chunks are rounded up to.</summary>
    public int Multiple { get; } = Multiple >= 1
        ? Multiple
        : throw new ArgumentOutOfRangeException(nameof(Multiple), Multiple, "a batch has at least one sample");

    /// <summary>"chunks 32 × 1.25", and what they are rounded up to.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"chunks {First} × {Factor:R}")
        + (Multiple > 1 ? $" by {Multiple}" : "");

    /// <summary>
    /// How many draws there are at the look after <paramref name="drawn"/>, at most <paramref name="cap"/>.
    /// </summary>
    public long After(long drawn, long cap)
    {
        long chunk = Math.Max(First, (long)Math.Min(cap, Math.Ceiling(drawn * (Factor - 1))));
        return Math.Min(cap, drawn + (chunk + Multiple - 1) / Multiple * Multiple);
    }
}
