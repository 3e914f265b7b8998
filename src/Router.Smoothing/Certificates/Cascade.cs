using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing;

/// <summary>
/// A router without training (docs/certificates.md, section 5): experts are asked in a fixed order. With thresholds
/// τ_i,c by class,
/// <code>z_i,c(x) = σ_i(Φ⁻¹(P_i,c(x)) − Φ⁻¹(τ_i,c))</code>
/// the first stage i with max_c z_i,c(x) ≥ 0 answers with argmax_c z_i,c(x); the last stage, whose thresholds are all
/// ½, answers so in any case.
/// </summary>
public sealed partial record Cascade
{
    private static readonly Thresholds OfLast = 0.5m;

    // A class that holds its stage decides nearly every radius; how far others are from the threshold decides few.
    private const double SilencePart = 0.2;

    // Margins nearer than this are told apart by rounding alone.
    private const double Rounding = 1e-9;

    /// <summary>A cascade of one stage more than there are thresholds.</summary>
    /// <param name="thresholds">τ_i,c of every stage but the last, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or they are of several numbers of classes.</exception>
    public Cascade(params ImmutableArray<Thresholds> thresholds)
    {
        if (thresholds.IsDefaultOrEmpty)
            throw new ArgumentException("every stage but the last has a threshold, got none", nameof(thresholds));
        int[] classes = [.. thresholds.Where(taus => !taus.AreOne).Select(taus => taus.Numbers.Length).Distinct()];
        if (classes.Length > 1)
            throw new ArgumentException(
                $"stages have thresholds by class, of {string.Join(" and ", classes)} classes", nameof(thresholds));
        (Thresholds, ClassCount) = (thresholds, classes.Length == 0 ? null : classes[0]);
    }

    /// <summary>τ_i,c of every stage but the last.</summary>
    public ImmutableArray<Thresholds> Thresholds { get; }

    /// <summary>How many classes it has thresholds for; null where no stage has thresholds by class.</summary>
    public int? ClassCount { get; }

    /// <summary>How many experts are asked at most, ≥ 2.</summary>
    public int StageCount => Thresholds.Length + 1;

    /// <summary>τ_i,c of a stage; ½ for the last.</summary>
    /// <param name="stage">From 0.</param>
    public Thresholds At(int stage) => stage < Thresholds.Length ? Thresholds[stage] : OfLast;

    /// <summary>Why it cannot be that of experts who vote over so many classes; null where it can.</summary>
    public string? Objection(int classes) => (classes, ClassCount) switch
    {
        (< 2, _) => "a cascade needs two classes or more",
        (_, { } known) when known != classes => $"{this} has thresholds for {known} classes, its experts vote over "
            + $"{classes}",
        _ => null,
    };

    /// <summary>
    /// argmax_c z_i,c, as far as votes show it; the lowest index among equals, and among those that rounding would tell
    /// apart.
    /// </summary>
    /// <param name="stage">From 0.</param>
    /// <param name="votes">Its votes.</param>
    public int Foremost(int stage, VoteCounts votes)
    {
        Thresholds taus = At(stage);
        if (taus.AreOne) return votes.MostVoted;
        int foremost = 0;
        double most = double.NegativeInfinity;
        for (int label = 0; label < votes.Counts.Length; label++)
        {
            double margin = Probability.Of((double)votes.Counts[label] / Math.Max(1, Decided(votes))).Quantile
                - taus.Quantile(label);
            if (margin > most + Rounding) (foremost, most) = (label, margin);
        }
        return foremost;
    }

    /// <summary>
    /// Whether a stage answers, with <see cref="Foremost"/>, as far as the votes of selection show; the last one always
    /// does.
    /// </summary>
    /// <param name="stage">From 0.</param>
    /// <param name="selection">Its votes.</param>
    public bool Accepts(int stage, VoteCounts selection)
    {
        int label = Foremost(stage, selection);
        return stage == Thresholds.Length || selection.Counts[label] >= At(stage)[label] * Decided(selection);
    }

    /// <summary>
    /// How α is split, whichever stage will answer: four fifths for the L_i and one fifth for the V_i, in equal parts,
    /// one for each stage. It is fixed before any vote is drawn, so bounds that turn out not to be needed have theirs.
    /// </summary>
    /// <param name="total">α in (0, ½].</param>
    public AlphaLedger Split(double total) => AlphaLedger.Of(
        total, new(AlphaLedger.Expert, total - SilencePart * total, StageCount),
        new AlphaShare(AlphaLedger.Silence, SilencePart * total, StageCount));

    /// <summary>The cascade of some of the stages: each keeps its thresholds, the last of them has none.</summary>
    /// <param name="members">The stages that stay, ascending, at least two.</param>
    public Cascade Restrict(ImmutableArray<int> members) => new([.. members.SkipLast(1).Select(At)]);

    /// <summary>
    /// A class without a radius: the first stage whose votes prove that it answers, after stages whose votes prove that
    /// they do not; otherwise abstain. A stage that answers does so with <see cref="Foremost"/>.
    /// </summary>
    /// <param name="stage">The stage that was asked.</param>
    /// <param name="votes">Its votes; they select and test.</param>
    /// <param name="alpha">The stage's part of α.</param>
    // A stage that truly answers c* is read wrongly where U_c* < P_c*, or where L_c > P_c for one of the C − 1 others;
    // one that truly does not, where L_c > P_c for one of all C. C bounds at α/C cover either.
    public CascadeVerdict Predict(int stage, VoteCounts votes, double alpha)
    {
        double each = alpha / votes.Counts.Length;
        Probability Upper(int label) => Cohen.UpperBound(label, votes, each);
        int foremost = Foremost(stage, votes);
        Probability lower = Cohen.LowerBound(foremost, votes, each);
        if (Radii(stage, 1, foremost, lower, Nearest(stage, foremost, lower, votes.Counts, Upper)).Answer > 0)
            return CascadeVerdict.Answers;
        bool silent = stage < Thresholds.Length && Enumerable.Range(0, votes.Counts.Length)
            .GroupBy(label => At(stage)[label])
            .All(alike => SilenceRadius(1, Upper(alike.MaxBy(label => votes.Counts[label])), alike.Key) > 0);
        return silent ? CascadeVerdict.PassesOn : CascadeVerdict.Undecided;
    }

    /// <summary>Reads what <see cref="ToString"/> says after its first word.</summary>
    /// <param name="text">"0.7,0.8" or "[0.5 0.86 0.5],0.8".</param>
    /// <param name="cascade">The cascade, or null.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Cascade? cascade)
    {
        List<Thresholds> stages = [];
        string[] parts = text.Split(',');
        foreach (string part in parts)
            if (Smoothing.Thresholds.TryParse(part, out Thresholds? taus))
                stages.Add(taus);
        bool agree = stages.Where(taus => !taus.AreOne).Select(taus => taus.Numbers.Length).Distinct().Count() <= 1;
        cascade = stages.Count == parts.Length && agree ? new([.. stages]) : null;
        return cascade is not null;
    }

    /// <inheritdoc/>
    public bool Equals(Cascade? other) => other is not null && Thresholds.SequenceEqual(other.Thresholds);

    /// <inheritdoc/>
    public override int GetHashCode() => Thresholds[0].GetHashCode();

    /// <summary>The cascade as text, "cascade 0.7,0.8" or "cascade [0.5 0.86 0.5],0.8".</summary>
    public override string ToString() => $"cascade {string.Join(',', Thresholds)}";

    private static long Decided(VoteCounts votes) => votes.Total - votes.Undecided;
}

/// <summary>What the votes of a cascade's stage prove.</summary>
public enum CascadeVerdict
{
    /// <summary>It answers, with <see cref="Cascade.Foremost"/>.</summary>
    Answers,

    /// <summary>It does not answer: the next stage is asked.</summary>
    PassesOn,

    /// <summary>Neither.</summary>
    Undecided,
}
