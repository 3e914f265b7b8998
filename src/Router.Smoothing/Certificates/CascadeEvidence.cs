using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>Evidence of the stage of a cascade that answers: its class stays above its threshold.</summary>
/// <param name="Threshold">τ_a.</param>
/// <param name="Id">The id of the expert.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes that selected the stage and its class.</param>
/// <param name="Estimation">The votes that were bounded.</param>
/// <param name="Bounds">The lower bound on its class.</param>
public sealed record AnsweringEvidence(
    decimal Threshold, string Id, decimal Sigma, NoiseStream Stream, Votes Selection, Votes Estimation, ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Bounds)
{
    /// <summary>σ_a(Φ⁻¹(L) − Φ⁻¹(τ_a)): within it the stage goes on to answer with its class.</summary>
    public override double Radius => Cascade.AnswerRadius(Sigma, LowerBound, Threshold);

    /// <summary>The evidence from votes at the registered n.</summary>
    /// <param name="threshold">τ_a.</param>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">Its σ.</param>
    /// <param name="bounds">Its votes, under the ledger that <see cref="Cascade.Split"/> gave.</param>
    public static AnsweringEvidence Of(decimal threshold, string id, decimal sigma, StageBounds bounds)
    {
        bounds.Lower(AlphaLedger.Expert, bounds.Selection.MostVoted);
        return new(threshold, id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation, bounds.Used);
    }
}

/// <summary>Evidence of a stage of a cascade before the one that answers: no other class reaches its threshold.</summary>
/// <param name="Class">The class of the answer.</param>
/// <param name="Threshold">τ_e.</param>
/// <param name="Id">The id of the expert.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes on which it did not answer.</param>
/// <param name="Estimation">The votes that were bounded; none where nothing could be certified any more.</param>
/// <param name="Bounds">V_e, the upper bound on the most voted other class; none without votes.</param>
public sealed record EarlierEvidence(
    int Class, decimal Threshold, string Id, decimal Sigma, NoiseStream Stream, Votes Selection, Votes Estimation, ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Bounds)
{
    /// <summary>The class of the answer, given by the stage that answers.</summary>
    public override int Selected => Class;

    /// <summary>V_e, an upper bound on the probability of every class but <see cref="Class"/>; 1 without votes.</summary>
    public Probability UpperBound => Bounds.IsEmpty ? Probability.One : Bounds[0].Value;

    /// <summary>σ_e(Φ⁻¹(τ_e) − Φ⁻¹(V_e)): within it the stage does not begin to answer with another class.</summary>
    public override double Radius => Cascade.SilenceRadius(Sigma, UpperBound, Threshold);

    /// <summary>
    /// The evidence from votes at the registered n. V_e is the Clopper–Pearson upper bound, at all of the stage's share, of the other class with the most
    /// estimation votes: no other label's bound is larger, and the one that must hold is that of the most probable other class, which no vote chooses.
    /// </summary>
    /// <param name="label">The class of the answer.</param>
    /// <param name="threshold">τ_e.</param>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">Its σ.</param>
    /// <param name="bounds">Its votes, under the ledger that <see cref="Cascade.Split"/> gave, at a fixed count.</param>
    /// <exception cref="ArgumentException">The bounds are not Clopper–Pearson's at a registered n, or there is one class alone.</exception>
    public static EarlierEvidence Of(int label, decimal threshold, string id, decimal sigma, StageBounds bounds)
    {
        // Only there the most votes surely have the largest bound: elsewhere it depends on selection votes and on looks too.
        if (bounds.Family is not BoundFamily.FixedCount)
            throw new ArgumentException($"a stage before the answer is bounded at a fixed count, not by {bounds.Family}", nameof(bounds));
        ImmutableArray<long> counts = bounds.Estimation.Counts;
        int[] others = [.. Enumerable.Range(0, counts.Length).Where(other => other != label)];
        if (others.Length == 0)
            throw new ArgumentException("a cascade needs two classes or more", nameof(bounds));
        bounds.Upper(AlphaLedger.Earlier, others.MaxBy(other => counts[other]));
        return new(label, threshold, id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation, bounds.Used);
    }

    /// <summary>A stage that was not asked for more than its selection: it proves nothing.</summary>
    public static EarlierEvidence NotAsked(int label, decimal threshold, string id, decimal sigma, NoiseStream stream, Votes selection) =>
        new(label, threshold, id, sigma, stream, selection, new([.. selection.Counts.Select(_ => 0L)], 0, selection.Range.Next(0), selection.FunctionId), []);
}
