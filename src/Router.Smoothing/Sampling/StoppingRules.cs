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

    /// <summary>"target 0.5, resolution 0.05, futility 0.01", without what is not set.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Target is { } target ? string.Create(CultureInfo.InvariantCulture, $"target {target:R}") : null,
        Resolution is { } resolution ? string.Create(CultureInfo.InvariantCulture, $"resolution {resolution:R}") : null,
        string.Create(CultureInfo.InvariantCulture, $"futility {Futility:R}"),
    }.OfType<string>());
}
