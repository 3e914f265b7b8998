using System.Collections.Immutable;

namespace Router.Smoothing.Bounds;

/// <summary>
/// Clopper–Pearson at looks n₁ &lt; … &lt; n_m listed beforehand, each at α/m, so that all of them hold together by the
/// union bound (Horváth, Müller, Fischer, Vechev 2022, adaptive sampling).
/// </summary>
public sealed class LookSchedule : SimultaneousBound
{
    /// <summary>A schedule of looks.</summary>
    /// <param name="looks">
    /// Numbers of draws, rising, each in 1 … <see cref="ClopperPearson.MaxDraws"/>; fixed before drawing.
    /// </param>
    /// <param name="alpha">Failure probability of each side over all looks, in (0, ½].</param>
    /// <exception cref="ArgumentException">
    /// There are no looks, or they do not rise, or an argument is outside its range.
    /// </exception>
    public LookSchedule(ImmutableArray<long> looks, double alpha)
        : base(alpha)
    {
        if (looks.IsDefaultOrEmpty || looks[0] < 1 || looks[^1] > ClopperPearson.MaxDraws
            || looks.Zip(looks.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw new ArgumentException(
                $"looks rise within [1, {ClopperPearson.MaxDraws}], got "
                + $"[{(looks.IsDefault ? "" : string.Join(", ", looks))}]", nameof(looks));
        Looks = looks;
    }

    /// <summary>After how many draws it may be read.</summary>
    public ImmutableArray<long> Looks { get; }

    /// <inheritdoc/>
    public override Probability Lower(long successes, long draws)
    {
        if (Looks.BinarySearch(draws) < 0)
            throw new ArgumentException(
                $"{draws} draws are not one of the registered looks {string.Join(", ", Looks)}", nameof(draws));
        return ClopperPearson.Lower(successes, draws, Alpha / Looks.Length);
    }

    /// <inheritdoc/>
    public override Probability Upper(long successes, long draws) => Lower(draws - successes, draws).Opposite;
}
