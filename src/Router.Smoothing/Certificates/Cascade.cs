using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>
/// A router without training (docs/certificates.md, section 5): experts are asked in a fixed order, and the first stage i with max_c P_i,c(x) ≥ τ_i
/// answers with its most probable class; the last stage answers in any case. For class c of stage a
/// <code>R = min( σ_a(Φ⁻¹(L) − Φ⁻¹(τ_a)),  min over e&lt;a of σ_e(Φ⁻¹(τ_e) − Φ⁻¹(V_e)) )</code>
/// with L ≤ P_a,c(x), V_e ≥ max over c'≠c of P_e,c'(x), and ½ for the τ of the last stage.
/// </summary>
public sealed record Cascade
{
    private const decimal OfLast = 0.5m;

    /// <summary>A cascade of one stage more than there are thresholds.</summary>
    /// <param name="thresholds">τ_i in [½, 1) of every stage but the last, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or one is outside [½, 1).</exception>
    public Cascade(params ImmutableArray<decimal> thresholds)
    {
        if (thresholds.IsDefaultOrEmpty || thresholds.Any(tau => tau is < OfLast or >= 1))
            throw new ArgumentException($"every stage but the last has a threshold from ½ up to but not 1, got [{string.Join(", ", thresholds)}]", nameof(thresholds));
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
    public bool Accepts(int stage, Votes selection) =>
        stage == Thresholds.Length || selection.Counts[selection.MostVoted] >= Thresholds[stage] * (selection.Total - selection.Undecided);

    /// <summary>
    /// How α is split, whichever stage will answer: half for the answering stage's class, half for the stages before it in equal parts, one for each
    /// stage that can be before another. It is fixed before any vote is drawn, so the first stage pays for bounds that it does not need.
    /// </summary>
    /// <param name="total">α in (0, ½].</param>
    public AlphaLedger Split(double total) => AlphaLedger.Of(
        total, new AlphaShare(AlphaLedger.Expert, total / 2), new AlphaShare(AlphaLedger.Earlier, total / 2, Thresholds.Length));

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

    /// <summary>
    /// A class without a radius: the first stage whose votes prove that it answers, after stages whose votes prove that they do not; otherwise abstain.
    /// </summary>
    /// <param name="stage">The stage that was asked.</param>
    /// <param name="votes">Its votes; they select and test.</param>
    /// <param name="alpha">The stage's part of α.</param>
    // A stage that truly answers c* is read wrongly where U_c* < P_c*, or where L_c > P_c for one of the C − 1 others; one that truly does not, where L_c > P_c
    // for one of all C. C bounds at α/C cover either.
    public CascadeVerdict Predict(int stage, Votes votes, double alpha)
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
