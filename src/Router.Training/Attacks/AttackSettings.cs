using System.Collections.Immutable;
using System.Globalization;

namespace Router.Training.Attacks;

/// <summary>How counterexamples are searched and verified: fixed before the first image.</summary>
public sealed record AttackSettings
{
    /// <summary>Budgets ε in [0,1] pixels, ascending; .25 .5 .75 1 1.5 2 unless told.</summary>
    public ImmutableArray<double> Budgets { get; init; } = [0.25, 0.5, 0.75, 1, 1.5, 2];

    /// <summary>Budgets as multiples of the certified radius: what is searched inside it, and how far beyond.</summary>
    public ImmutableArray<double> Multiples { get; init; } = [0.9, 1.1, 1.3, 1.6, 2, 3];

    /// <summary>Steps of the ascent, ≥ 1.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>m ≥ 1 draws of noise whose mean is ascended.</summary>
    public int Copies { get; init; } = 32;

    /// <summary>Samples of each stage that screen a candidate.</summary>
    public int Screening { get; init; } = 400;

    /// <summary>Points between x and a candidate that are screened, each in the middle of what is left.</summary>
    public int Bisections { get; init; } = 6;

    /// <summary>How many candidates of one image may be verified, each at its part of α.</summary>
    public int Verifications { get; init; } = 6;

    /// <summary>Samples of each stage that verify a candidate.</summary>
    public required int Verification { get; init; }

    /// <summary>α' of everything that is claimed of one image, in (0, ½].</summary>
    public double FailureProbability { get; init; } = 0.001;

    /// <summary>The budgets of an image, ascending.</summary>
    /// <param name="radius">R.</param>
    public IEnumerable<double> BudgetsFor(double radius) =>
        Budgets.Concat(Multiples.Select(multiple => multiple * radius)).Distinct().Order();

    /// <summary>The search with all its constants.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"SmoothAdv-PGD, ε {string.Join(' ', Budgets)} and R × {string.Join(' ', Multiples)}, {Steps} steps, m = "
        + $"{Copies}, screened by {Screening}, {Bisections} bisections, {Verifications} verifications at most");
}
