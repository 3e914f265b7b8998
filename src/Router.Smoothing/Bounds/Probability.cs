
namespace Router.Smoothing.Bounds;

/// <summary>
/// A probability together with its complement, each computed directly, so that p = 1 − 1e-300 is as exact as p =
/// 1e-300. Radii are quantiles of such probabilities: rounding p to 1 would make them infinite.
/// </summary>
public readonly record struct Probability
{
    // How far value + complement may miss 1: both are rounded, and bounds are nudged outward by a relative 1e-12.
    private const double Consistency = 1e-11;

    private readonly double _complement;

    /// <summary>A probability whose value and complement are both known to full relative accuracy.</summary>
    /// <param name="value">p in [0, 1].</param>
    /// <param name="complement">1 − p in [0, 1], computed without subtracting from 1 where that loses digits.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// One is NaN or outside [0, 1], or they do not add up to 1.
    /// </exception>
    public Probability(double value, double complement)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "a probability lies in [0, 1]");
        if (!(complement >= 0 && complement <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(complement), complement, "the complement of a probability lies in [0, 1]");
        if (Math.Abs(value + complement - 1) > Consistency)
            throw new ArgumentOutOfRangeException(
                nameof(complement), complement, $"{value} and its complement must add up to 1");
        (Value, _complement) = (value, complement);
    }

    /// <summary>p = 0.</summary>
    public static Probability Zero => new(0, 1);

    /// <summary>p = 1.</summary>
    public static Probability One => new(1, 0);

    /// <summary>p in [0, 1].</summary>
    public double Value { get; }

    /// <summary>1 − p in [0, 1].</summary>
    public double Complement => Value == 0 ? 1 : _complement;

    /// <summary>The probability of the opposite event: value and complement exchanged, no digit lost.</summary>
    public Probability Opposite => new(Complement, Value);

    /// <summary>Φ⁻¹(p), taken from the smaller of p and 1 − p; ∓∞ at 0 and 1.</summary>
    public double Quantile => Value <= Complement ? Normal.Quantile(Value) : Normal.TailQuantile(Complement);

    /// <summary>A probability given by its value; the complement is the rounded 1 − <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or outside [0, 1].</exception>
    public static Probability Of(double value) => new(value, 1 - value);

    /// <summary>A probability given by its complement, for events that almost surely happen.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="complement"/> is NaN or outside [0, 1].
    /// </exception>
    public static Probability FromComplement(double complement) => new(1 - complement, complement);

    /// <summary>The smaller of two probabilities.</summary>
    public static Probability Min(Probability left, Probability right) => right < left ? right : left;

    /// <summary>The larger of two probabilities.</summary>
    public static Probability Max(Probability left, Probability right) => left < right ? right : left;

    /// <summary>Compares by p and, where p rounds to the same number, by the complement.</summary>
    public static bool operator <(Probability left, Probability right) =>
        left.Value != right.Value ? left.Value < right.Value : left.Complement > right.Complement;

    /// <summary>Compares by p and, where p rounds to the same number, by the complement.</summary>
    public static bool operator >(Probability left, Probability right) => right < left;

    /// <inheritdoc/>
    public override string ToString() => Value <= 0.5 ? $"{Value:R}" : $"1 − {Complement:R}";
}
