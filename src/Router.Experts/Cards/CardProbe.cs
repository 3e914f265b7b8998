using Router.Engine;

namespace Router.Experts.Cards;

/// <summary>What a rightly loaded network answers; at least one part is there.</summary>
public sealed record CardProbe
{
    /// <summary>Answers to <see cref="ProbePatterns"/>, which need no data set.</summary>
    public PatternProbe? Patterns { get; init; }

    /// <summary>Accuracy under noise on labelled images of a public data set.</summary>
    public NoisyAccuracyProbe? NoisyAccuracy { get; init; }

    /// <summary>What it is worth with convolutions of 8-bit integers; null where nobody measured it.</summary>
    public Int8Agreement? Int8 { get; init; }

    /// <summary>
    /// What an ensemble answers by the cards of its members: the mean of their logits on the patterns. Accuracies of
    /// members say little of the ensemble's. Null where a member has no card, or none with patterns.
    /// </summary>
    /// <param name="members">The cards, at least one.</param>
    public static CardProbe? OfEnsemble(IReadOnlyList<ModelCard?> members)
    {
        PatternProbe[] patterns = [.. members.Select(card => card?.Probe.Patterns).OfType<PatternProbe>()];
        return patterns.Length < members.Count ? null : new() { Patterns = PatternProbe.Mean(patterns) };
    }
}

/// <summary>Float32 logits on the four patterns, without noise.</summary>
/// <param name="Tolerance">Largest absolute difference of a logit, &gt; 0.</param>
/// <param name="Logits">[pattern][output].</param>
public sealed record PatternProbe(decimal Tolerance, ValueArray<ValueArray<float>> Logits)
{
    /// <summary>The mean of the members' logits, as precise as the least precise of them.</summary>
    /// <param name="members">Of as many outputs each.</param>
    public static PatternProbe Mean(IReadOnlyList<PatternProbe> members) => new(
        members.Max(member => member.Tolerance),
        members[0].Logits.Select((row, pattern) => row.Select((_, k) =>
            (float)members.Average(member => (double)member.Logits[pattern][k])).ToValueArray()).ToValueArray());

    /// <summary>The largest magnitude among the expected logits.</summary>
    public double LargestLogit => Logits.SelectMany(row => row).Max(logit => Math.Abs((double)logit));

    /// <summary>The largest absolute difference from the expected logits; NaN where an answer is not finite.</summary>
    /// <param name="answers">[pattern][output], in the shape of <see cref="Logits"/>.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public double LargestDifference(IReadOnlyList<IReadOnlyList<float>> answers)
    {
        if (answers.Count != Logits.Count)
            throw new ArgumentException($"{answers.Count} answers for {Logits.Count} patterns", nameof(answers));
        double largest = 0;
        for (int p = 0; p < Logits.Count; p++)
        {
            if (answers[p].Count != Logits[p].Count)
                throw new ArgumentException(
                    $"pattern {p}: {answers[p].Count} outputs, expected {Logits[p].Count}", nameof(answers));
            for (int k = 0; k < Logits[p].Count; k++)
            {
                if (!float.IsFinite(answers[p][k]))
                    return double.NaN;
                largest = Math.Max(largest, Math.Abs((double)answers[p][k] - Logits[p][k]));
            }
        }
        return largest;
    }

    /// <summary>True where every logit is within the tolerance.</summary>
    /// <param name="answers">[pattern][output], in the shape of <see cref="Logits"/>.</param>
    public bool Accepts(IReadOnlyList<IReadOnlyList<float>> answers) => LargestDifference(answers) <= (double)Tolerance;
}

/// <summary>A network of 8-bit integers beside that of floats, on the same noise.</summary>
/// <param name="Votes">How many were compared, at least 100 000.</param>
/// <param name="Equal">The share of equal ones, in [0, 1].</param>
/// <param name="Float32Accuracy">Accuracy of the floats under noise, in [0, 1].</param>
/// <param name="Accuracy">Of the integers.</param>
public sealed record Int8Agreement(int Votes, decimal Equal, decimal Float32Accuracy, decimal Accuracy)
{
    /// <summary>Fewer votes say too little.</summary>
    public const int FewestVotes = 100_000;
}

/// <summary>Accuracy under noise, one draw per image.</summary>
/// <param name="Dataset">Name of the data set.</param>
/// <param name="Split">For example <c>test</c>.</param>
/// <param name="From">Index of the first image, ≥ 0.</param>
/// <param name="To">One past the last image, &gt; <paramref name="From"/>.</param>
/// <param name="Sigma">σ of the noise, &gt; 0.</param>
/// <param name="Accuracy">Expected share of right answers, in [0, 1].</param>
/// <param name="Tolerance">Largest absolute difference of the share, above 0, below 1.</param>
public sealed record NoisyAccuracyProbe(
    string Dataset, string Split, int From, int To, decimal Sigma, decimal Accuracy, decimal Tolerance);
