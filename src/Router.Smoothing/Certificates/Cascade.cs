using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing;

/// <summary>
/// A router without training (docs/certificates.md, section 5): experts are asked in a fixed order, and the first stage
/// i
/// with max_c P_i,c(x) ≥ τ_i answers with its most probable class; the last stage answers in any case. For a class c,
/// with L_i ≤ P_i,c(x) and V_i ≥ max over c'≠c of P_i,c'(x),
/// <code>
/// A_i = σ_i(Φ⁻¹(L_i) − Φ⁻¹(τ_i))      within it stage i answers c
/// S_i = σ_i(Φ⁻¹(τ_i) − Φ⁻¹(V_i))      within it stage i answers no other class
/// R_m = A_m,   R_i = max( A_i, min(S_i, R_(i+1)) ),   R = R_1
/// </code>
/// with ½ for the τ of the last stage: which stage answers may change where the later ones agree.
/// </summary>
public sealed record Cascade
{
    private const decimal OfLast = 0.5m;

    // A class that holds its stage decides nearly every radius; how far others are from the threshold decides few.
    private const double SilencePart = 0.2;

    /// <summary>A cascade of one stage more than there are thresholds.</summary>
    /// <param name="thresholds">τ_i in [½, 1) of every stage but the last, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one is outside [½, 1).</exception>
    public Cascade(params ImmutableArray<decimal> thresholds)
    {
        if (thresholds.IsDefaultOrEmpty || thresholds.Any(tau => tau is < OfLast or >= 1))
            throw new ArgumentException(
                "every stage but the last has a threshold from ½ up to but not 1, "
                + $"got [{string.Join(", ", thresholds)}]", nameof(thresholds));
        Thresholds = thresholds;
    }

    /// <summary>τ_i of every stage but the last.</summary>
    public ImmutableArray<decimal> Thresholds { get; }

    /// <summary>How many experts are asked at most, ≥ 2.</summary>
    public int StageCount => Thresholds.Length + 1;

    /// <summary>τ_i; ½ for the last stage, which no class below can certify.</summary>
    public decimal Threshold(int stage) => stage < Thresholds.Length ? Thresholds[stage] : OfLast;

    /// <summary>Whether a stage answers, as far as the votes of selection show; the last one always does.</summary>
    /// <param name="stage">From 0.</param>
    /// <param name="selection">Its votes.</param>
    public bool Accepts(int stage, VoteCounts selection) =>
        stage == Thresholds.Length
            || selection.Counts[selection.MostVoted] >= Thresholds[stage] * (selection.Total - selection.Undecided);

    /// <summary>
    /// How α is split, whichever stage will answer: four fifths for the L_i, one for each stage, and one fifth for the
    /// V_i, one for each but the last, in equal parts. It is fixed before any vote is drawn, so bounds that turn out
    /// not to be needed have theirs.
    /// </summary>
    /// <param name="total">α in (0, ½].</param>
    public AlphaLedger Split(double total) => AlphaLedger.Of(
        total, new(AlphaLedger.Expert, total - SilencePart * total, StageCount),
        new AlphaShare(AlphaLedger.Silence, SilencePart * total, Thresholds.Length));

    /// <summary>The cascade of some of the stages: each keeps its threshold, the last of them has none.</summary>
    /// <param name="members">The stages that stay, ascending, at least two.</param>
    public Cascade Restrict(ImmutableArray<int> members) => new([.. members.SkipLast(1).Select(Threshold)]);

    /// <summary>σ(Φ⁻¹(L) − Φ⁻¹(τ)): within it the stage goes on to answer with its class.</summary>
    /// <param name="sigma">σ_a.</param>
    /// <param name="lower">L, a lower bound on the probability of the class.</param>
    /// <param name="threshold">τ_a.</param>
    public static double AnswerRadius(decimal sigma, Probability lower, decimal threshold) =>
        QuantileGap.Radius((double)sigma, lower, Of(threshold));

    /// <summary>σ(Φ⁻¹(τ) − Φ⁻¹(V)): within it the stage does not begin to answer with another class.</summary>
    /// <param name="sigma">σ_e.</param>
    /// <param name="upper">V_e, an upper bound on the probability of every other class.</param>
    /// <param name="threshold">τ_e.</param>
    public static double SilenceRadius(decimal sigma, Probability upper, decimal threshold) =>
        QuantileGap.Radius((double)sigma, Of(threshold), upper);

    /// <summary>V_i := min(V_i, 1 − L_i): what the class has for sure no other can have.</summary>
    /// <param name="lower">L_i.</param>
    /// <param name="upper">V_i as it was bounded.</param>
    public static Probability OthersAtMost(Probability lower, Probability upper) =>
        Probability.Min(upper, lower.Opposite);

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

    /// <summary>
    /// A class without a radius: the first stage whose votes prove that it answers, after stages whose votes prove that
    /// they do not; otherwise abstain.
    /// </summary>
    /// <param name="stage">The stage that was asked.</param>
    /// <param name="votes">Its votes; they select and test.</param>
    /// <param name="alpha">The stage's part of α.</param>
    // A stage that truly answers c* is read wrongly where U_c* < P_c*, or where L_c > P_c for one of the C − 1 others;
    // one that truly does not, where L_c > P_c for one of all C. C bounds at α/C cover either.
    public CascadeVerdict Predict(int stage, VoteCounts votes, double alpha)
    {
        int top = votes.MostVoted;
        double each = alpha / votes.Counts.Length;
        if (AnswerRadius(1, Cohen.LowerBound(top, votes, each), Threshold(stage)) > 0)
            return CascadeVerdict.Answers;
        return stage < Thresholds.Length && SilenceRadius(1, Cohen.UpperBound(top, votes, each), Threshold(stage)) > 0
            ? CascadeVerdict.PassesOn
            : CascadeVerdict.Undecided;
    }

    /// <inheritdoc/>
    public bool Equals(Cascade? other) => other is not null && Thresholds.SequenceEqual(other.Thresholds);

    /// <inheritdoc/>
    public override int GetHashCode() => Thresholds[0].GetHashCode();

    /// <summary>The cascade as text, "cascade 0.7,0.8".</summary>
    public override string ToString() => $"cascade {string.Join(',', Thresholds)}";

    private static Probability Of(decimal threshold) => new((double)threshold, (double)(1 - threshold));
}

/// <summary>What the votes of a cascade's stage prove.</summary>
public enum CascadeVerdict
{
    /// <summary>It answers, with its most voted class.</summary>
    Answers,

    /// <summary>It does not answer: the next stage is asked.</summary>
    PassesOn,

    /// <summary>Neither.</summary>
    Undecided,
}
