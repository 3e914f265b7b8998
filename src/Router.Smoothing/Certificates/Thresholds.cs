using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>
/// τ_c of one stage of a cascade, in (0, 1): one number for all classes, or one for each (docs/certificates.md, section
/// 5).
/// </summary>
public sealed record Thresholds
{
    /// <summary>One number for all classes, or one for each in their order.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not in (0, 1).</exception>
    public Thresholds(params ImmutableArray<decimal> numbers)
    {
        if (numbers.IsDefaultOrEmpty || !numbers.All(Allows))
            throw new ArgumentException(
                $"a threshold lies above 0 and below 1, got [{string.Join(", ", numbers)}]", nameof(numbers));
        Numbers = numbers.All(tau => tau == numbers[0]) ? [numbers[0]] : numbers;
    }

    /// <summary>One number for all classes.</summary>
    public static implicit operator Thresholds(decimal tau) => new(tau);

    /// <summary>Whether a number can be a threshold.</summary>
    public static bool Allows(decimal tau) => tau is > 0 and < 1;

    /// <summary>One number where all classes have the same, else one for each class in their order.</summary>
    public ImmutableArray<decimal> Numbers { get; }

    /// <summary>Whether all classes have the same.</summary>
    public bool AreOne => Numbers.Length == 1;

    /// <summary>τ_c.</summary>
    /// <param name="label">c.</param>
    public decimal this[int label] => Numbers[AreOne ? 0 : label];

    /// <summary>Φ⁻¹(τ_c), from τ_c and 1 − τ_c as they are written.</summary>
    /// <param name="label">c.</param>
    public double Quantile(int label) => new Probability((double)this[label], (double)(1 - this[label])).Quantile;

    /// <summary>The class with the least τ but one; the lowest index among equals.</summary>
    /// <param name="label">Which is left out.</param>
    public int LeastBut(int label)
    {
        int least = label == 0 ? 1 : 0;
        for (int other = least + 1; other < Numbers.Length; other++)
            if (other != label && Numbers[other] < Numbers[least])
                least = other;
        return least;
    }

    /// <summary>Reads what <see cref="ToString"/> says.</summary>
    /// <param name="text">"0.5", or "[0.5 0.86 0.5]".</param>
    /// <param name="taus">The thresholds, or null.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Thresholds? taus)
    {
        string[] words = text is ['[', .. string inner, ']'] ? inner.Split(' ') : [text];
        List<decimal> numbers = [];
        foreach (string word in words)
            if (decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal tau)
                && Allows(tau))
                numbers.Add(tau);
        taus = numbers.Count == words.Length ? new([.. numbers]) : null;
        return taus is not null;
    }

    /// <inheritdoc/>
    public bool Equals(Thresholds? other) => other is not null && Numbers.SequenceEqual(other.Numbers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Numbers.Length, Numbers[0], Numbers[^1]);

    /// <summary>"0.5", or "[0.5 0.86 0.5]" of classes in their order.</summary>
    public override string ToString() => AreOne ? Text(Numbers[0]) : $"[{string.Join(' ', Numbers.Select(Text))}]";

    private static string Text(decimal tau) => tau.ToString(CultureInfo.InvariantCulture);
}
