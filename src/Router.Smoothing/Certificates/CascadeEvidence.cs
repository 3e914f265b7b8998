using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

/// <summary>Evidence of one stage of a cascade: how far it answers a class, and how far it answers no other.</summary>
/// <param name="Place">Its place in the order, from 0.</param>
/// <param name="Class">c, which the stage that answers selected.</param>
/// <param name="Threshold">τ_i; ½ of the last stage.</param>
/// <param name="Id">The id of the expert.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">
/// The votes on which it answered or passed on; none of a later stage, which is asked about c alone.
/// </param>
/// <param name="Estimation">The votes that were bounded; none where nothing could be certified any more.</param>
/// <param name="Bounds">
/// L_i, and of every stage but the last V_i on the most voted other class; none without votes.
/// </param>
public sealed record CascadeEvidence(
    int Place, int Class, decimal Threshold, string Id, decimal Sigma, NoiseStream Stream, VoteCounts Selection,
    VoteCounts Estimation, ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Bounds)
{
    /// <summary>The class of the answer.</summary>
    public override int Selected => Class;

    /// <summary>
    /// V_i, an upper bound on the probability of every class but <see cref="Class"/>: at most what L_i leaves; 1
    /// without votes.
    /// </summary>
    public Probability UpperBound => Cascade.OthersAtMost(
        LowerBound, Bounds.FirstOrDefault(bound => bound.Side == BoundSide.Upper)?.Value ?? Probability.One);

    /// <summary>A_i = σ_i(Φ⁻¹(L_i) − Φ⁻¹(τ_i)): within it the stage answers the class.</summary>
    public override double Radius => Cascade.AnswerRadius(Sigma, LowerBound, Threshold);

    /// <summary>S_i = σ_i(Φ⁻¹(τ_i) − Φ⁻¹(V_i)): within it the stage answers no other class.</summary>
    public double SilenceRadius => Cascade.SilenceRadius(Sigma, UpperBound, Threshold);

    /// <summary>
    /// The evidence from votes at the registered n. V_i is the Clopper–Pearson upper bound, at all of its share, of the
    /// other class with the most estimation votes: no other label's bound is larger, and the one that must hold is that
    /// of the most probable other class, which no vote chooses.
    /// </summary>
    /// <param name="cascade">The order and its thresholds.</param>
    /// <param name="place">The stage's place in it.</param>
    /// <param name="label">The class of the answer.</param>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">Its σ.</param>
    /// <param name="bounds">
    /// Its votes, under the ledger that <see cref="Cascade.Split"/> gave, at a fixed count.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The bounds are not Clopper–Pearson's at a registered n, or there is one class alone.
    /// </exception>
    public static CascadeEvidence Of(
        Cascade cascade, int place, int label, string id, decimal sigma, StageBounds bounds)
    {
        // Only there the most votes surely have the largest bound: elsewhere it depends on selection votes and on looks
        // too.
        if (bounds.Family is not BoundFamily.FixedCount)
            throw new ArgumentException(
                $"a stage of a cascade is bounded at a fixed count, not by {bounds.Family}", nameof(bounds));
        if (bounds.OutcomeCount < 2)
            throw new ArgumentException("a cascade needs two classes or more", nameof(bounds));
        BoundEvidence answer = bounds.Evidence(BoundSide.Lower, AlphaLedger.Expert, label);
        int rival = MostVotedBut(label, bounds.Estimation);
        return new(
            place, label, cascade.Threshold(place), id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation,
            place == cascade.StageCount - 1
                ? [answer]
                : [answer, bounds.Evidence(BoundSide.Upper, AlphaLedger.Silence, rival)]);
    }

    /// <summary>A stage that was not asked for more than its selection: it proves nothing.</summary>
    public static CascadeEvidence NotAsked(
        Cascade cascade, int place, int label, string id, decimal sigma, NoiseStream stream,
        VoteCounts selection) => new(
        place, label, cascade.Threshold(place), id, sigma, stream, selection,
        new([.. selection.Counts.Select(_ => 0L)], 0, selection.Range.Next(0), selection.FunctionId), []);

    /// <summary>The class with the most votes but one; the lowest index among equals.</summary>
    /// <param name="label">Which is left out.</param>
    /// <param name="votes">The votes, over two classes or more.</param>
    public static int MostVotedBut(int label, VoteCounts votes)
    {
        int most = label == 0 ? 1 : 0;
        for (int other = most + 1; other < votes.Counts.Length; other++)
            if (other != label && votes.Counts[other] > votes.Counts[most])
                most = other;
        return most;
    }
}
