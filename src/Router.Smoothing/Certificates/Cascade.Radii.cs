using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>V_i,c' of the class that comes nearest to answering in the place of c.</summary>
/// <param name="Class">c'.</param>
/// <param name="Upper">V_i,c' ≥ P_i,c'; 1 where nothing is known.</param>
public readonly record struct RivalBound(int Class, Probability Upper);

// How far a stage goes on to do what it does. For a class c, with L_i ≤ P_i,c(x) and V_i,c' ≥ P_i,c'(x):
//
//     a_i = σ_i(Φ⁻¹(L_i) − Φ⁻¹(τ_i,c))
//     S_i = min over c' ≠ c of σ_i(Φ⁻¹(τ_i,c') − Φ⁻¹(V_i,c'))      within it stage i answers no other class
//     A_i = min( a_i, (a_i + S_i)/2 ),  A_m = (a_m + S_m)/2        within it stage i answers c
//     R_m = A_m,   R_i = max( A_i, min(S_i, R_(i+1)) ),   R = R_1
public sealed partial record Cascade
{
    /// <summary>a = σ(Φ⁻¹(L) − Φ⁻¹(τ_c)), floored at 0: within it the class keeps its threshold.</summary>
    /// <param name="sigma">σ of the stage.</param>
    /// <param name="lower">L, a lower bound on the probability of the class.</param>
    /// <param name="threshold">τ_c.</param>
    public static double AnswerRadius(decimal sigma, Probability lower, decimal threshold) =>
        QuantileGap.Radius((double)sigma, lower, Of(threshold));

    /// <summary>σ(Φ⁻¹(τ_c') − Φ⁻¹(V)), floored at 0: within it the other class does not reach its threshold.</summary>
    /// <param name="sigma">σ of the stage.</param>
    /// <param name="upper">V, an upper bound on the probability of the other class.</param>
    /// <param name="threshold">τ_c'.</param>
    public static double SilenceRadius(decimal sigma, Probability upper, decimal threshold) =>
        QuantileGap.Radius((double)sigma, Of(threshold), upper);

    /// <summary>
    /// (σ/2)(Φ⁻¹(L) − Φ⁻¹(τ_c) + Φ⁻¹(τ_c') − Φ⁻¹(V)), floored at 0: within it the class is farther above its threshold,
    /// or less far below it, than the other.
    /// </summary>
    /// <param name="sigma">σ of the stage.</param>
    /// <param name="lower">L, a lower bound on the probability of the class.</param>
    /// <param name="threshold">τ_c.</param>
    /// <param name="upper">V, an upper bound on the probability of the other class.</param>
    /// <param name="rival">τ_c'.</param>
    public static double LeadRadius(
        decimal sigma, Probability lower, decimal threshold, Probability upper, decimal rival)
    {
        double other = Of(rival).Quantile, own = Of(threshold).Quantile;
        return QuantileGap.Radius(
            (double)sigma / 2, lower, upper, lead: other - own, leadTerms: Math.Abs(other) + Math.Abs(own));
    }

    /// <summary>V := min(V, 1 − L): what the class has for sure no other can have.</summary>
    /// <param name="lower">L.</param>
    /// <param name="upper">V as it was bounded.</param>
    public static Probability OthersAtMost(Probability lower, Probability upper) =>
        Probability.Min(upper, lower.Opposite);

    /// <summary>A_i and S_i; the last stage never passes on, so that its S is 0.</summary>
    /// <param name="stage">i, from 0.</param>
    /// <param name="sigma">σ_i.</param>
    /// <param name="label">c.</param>
    /// <param name="lower">L_i.</param>
    /// <param name="rival">Of which class S_i is; <see cref="Nearest"/>, or <see cref="Unknown"/>.</param>
    public (double Answer, double Silence) Radii(
        int stage, decimal sigma, int label, Probability lower, RivalBound rival)
    {
        decimal own = At(stage)[label], other = At(stage)[rival.Class];
        Probability upper = OthersAtMost(lower, rival.Upper);
        double answer = AnswerRadius(sigma, lower, own), lead = LeadRadius(sigma, lower, own, upper, other);
        // Half of what a class has to itself leaves none for another: there the first is the second, and loses less to
        // rounding.
        if (stage == Thresholds.Length) return (Math.Max(answer, lead), 0);
        // As c has τ_c, no c' has more than 1 − τ_c.
        return (own + other >= 1 ? answer : Math.Min(answer, lead), SilenceRadius(sigma, upper, other));
    }

    /// <summary>
    /// The class c' ≠ c of the least <see cref="Margin"/>: S_i is the radius of its silence. Of classes with one
    /// threshold it is the one with the most votes, the lowest index among equals, for all V_i,c' are of one n and one
    /// share.
    /// </summary>
    /// <param name="stage">i, from 0.</param>
    /// <param name="label">c.</param>
    /// <param name="lower">L_i.</param>
    /// <param name="votes">The counts of all classes.</param>
    /// <param name="upper">V_i,c' of a class.</param>
    public RivalBound Nearest(
        int stage, int label, Probability lower, ImmutableArray<long> votes, Func<int, Probability> upper)
    {
        Thresholds taus = At(stage);
        RivalBound[] rivals = [.. Enumerable.Range(0, votes.Length).Where(other => other != label)
            .GroupBy(other => taus[other]).Select(alike => alike.MaxBy(other => votes[other]))
            .Select(other => new RivalBound(other, upper(other)))];
        return rivals.MinBy(rival => Margin(stage, lower, rival));
    }

    /// <summary>That of several bounds, of the class of the least <see cref="Margin"/>; null of none.</summary>
    /// <param name="stage">i, from 0.</param>
    /// <param name="lower">L_i.</param>
    /// <param name="rivals">The other classes that were bounded.</param>
    public RivalBound? NearestOf(int stage, Probability lower, IEnumerable<RivalBound> rivals) =>
        rivals.Select(rival => (RivalBound?)rival).MinBy(rival => Margin(stage, lower, rival!.Value));

    /// <summary>Φ⁻¹(τ_i,c') − Φ⁻¹(min(V_i,c', 1 − L_i)): how far c' stays below its threshold, in units of σ.</summary>
    /// <param name="stage">i, from 0.</param>
    /// <param name="lower">L_i.</param>
    /// <param name="rival">c' and V_i,c'.</param>
    public double Margin(int stage, Probability lower, RivalBound rival) =>
        At(stage).Quantile(rival.Class) - OthersAtMost(lower, rival.Upper).Quantile;

    /// <summary>Where no other class was bounded: the one with the least threshold, and 1.</summary>
    /// <param name="stage">i, from 0.</param>
    /// <param name="label">c.</param>
    public RivalBound Unknown(int stage, int label) => new(At(stage).LeastBut(label), Probability.One);

    /// <summary>
    /// R, and the stage whose A_i or S_i it is: min and max follow the stages from the last to the first.
    /// </summary>
    /// <param name="answers">A_i of every stage; 0 of one that was not asked.</param>
    /// <param name="silences">
    /// S_i of every stage; 0 of one that was not asked, and of the last, which never passes on.
    /// </param>
    public static (double Radius, int Stage) Radius(ReadOnlySpan<double> answers, ReadOnlySpan<double> silences)
    {
        int stage = answers.Length - 1;
        double radius = answers[stage];
        for (int i = stage - 1; i >= 0; i--)
        {
            if (silences[i] < radius) (radius, stage) = (silences[i], i);
            if (answers[i] > radius) (radius, stage) = (answers[i], i);
        }
        return (radius, stage);
    }

    private static Probability Of(decimal threshold) => new((double)threshold, (double)(1 - threshold));
}
