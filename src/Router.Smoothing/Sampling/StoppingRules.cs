using System.Globalization;

namespace Router.Smoothing.Sampling;

/// <summary>
/// When an adaptive plan has seen enough. With neither target nor resolution it draws until nothing can change, or its
/// deadline.
/// </summary>
public sealed record StoppingRules
{
    /// <summary>
    /// The radius to decide, in [0,1] pixels: stop once it is proved, or cannot or will hardly be. Null where as much
    /// as possible is to be proved.
    /// </summary>
    public double? Target
    {
        get;
        init => field = value is null or > 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Target), value, "a target radius is above 0 and finite");
    }

    /// <summary>
    /// Stop once the draws that are left, should they come out like those so far, would add no more than this, in units
    /// of the routed expert's σ. Null to go on. An answer of 0 is given up by <see cref="Futility"/> alone.
    /// </summary>
    public double? Resolution
    {
        get;
        init => field = value is null or > 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Resolution), value, "a resolution is above 0 and finite");
    }

    /// <summary>
    /// The probability, in (0, ½], with which a vote probability is above the bound η at which a radius is given up as
    /// futile: kept up to the last draw, not even that bound would prove it. Giving up claims nothing, so this is no
    /// part of α.
    /// </summary>
    public double Futility
    {
        get;
        init => field = value is > 0 and <= 0.5
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Futility), value, "the error of giving up lies above 0 and is at most ½");
    } = 0.01;

    /// <summary>The rules of a target and a resolution: who names a target wants no more than it.</summary>
    /// <param name="target">See <see cref="Target"/>.</param>
    /// <param name="resolution">See <see cref="Resolution"/>; 0 for none, null where it was not said.</param>
    /// <param name="otherwise">The resolution where neither was said; 0 for none.</param>
    /// <returns>Null where there is neither: counts are fixed.</returns>
    public static StoppingRules? Of(double? target, double? resolution, double otherwise)
    {
        double wanted = resolution ?? (target is null ? otherwise : 0);
        return target is null && wanted == 0
            ? null
            : new() { Target = target, Resolution = wanted == 0 ? null : wanted };
    }

    /// <summary>"target 0.5, resolution 0.05, futility 0.01", without what is not set.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Target is { } target ? string.Create(CultureInfo.InvariantCulture, $"target {target:R}") : null,
        Resolution is { } resolution ? string.Create(CultureInfo.InvariantCulture, $"resolution {resolution:R}") : null,
        string.Create(CultureInfo.InvariantCulture, $"futility {Futility:R}"),
    }.OfType<string>());
}

/// <summary>
/// How many samples are drawn between looks: a first chunk, then each look at a constant multiple of the draws of the
/// last.
/// </summary>
/// <param name="First">Samples of the first chunk, ≥ 1.</param>
/// <param name="Factor">Draws of a look over those of the one before, > 1.</param>
/// <param name="Multiple">
/// Chunks are rounded up to whole multiples of it; ≥ 1. A forward pass costs as much however full it is, and those of a
/// CPU with two threads have 64 places.
/// </param>
public sealed record ChunkGrowth(int First = 64, double Factor = 1.25, int Multiple = 64)
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

    /// <summary>"chunks 64 × 1.25 by 64": the first, the factor, and what they are rounded up to.</summary>
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
