using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

/// <summary>Evidence of one stage of a cascade: how far it answers a class, and how far it answers no other.</summary>
/// <param name="Cascade">The order and its thresholds.</param>
/// <param name="Place">Its place in the order, from 0.</param>
/// <param name="Class">c, which the stage that answers selected.</param>
/// <param name="Id">The id of the expert.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">
/// The votes on which it answered or passed on; none of a later stage, which is asked about c alone.
/// </param>
/// <param name="Estimation">The votes that were bounded; none where nothing could be certified any more.</param>
/// <param name="Bounds">
/// L_i, and V_i on the other class that comes nearest (<see cref="Cascade.Nearest"/>); none without votes.
/// </param>
public sealed record CascadeEvidence(
    Cascade Cascade, int Place, int Class, string Id, decimal Sigma, NoiseStream Stream, VoteCounts Selection,
    VoteCounts Estimation, ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Bounds)
{
    /// <summary>The class of the answer.</summary>
    public override int Selected => Class;

    /// <summary>V_i as it was bounded, and of which class; null without votes.</summary>
    public RivalBound? Rival => Bounds.FirstOrDefault(bound => bound.Side == BoundSide.Upper) is { } bound
        ? new(bound.Outcomes[0], bound.Value)
        : null;

    /// <summary>A_i: within it the stage answers the class.</summary>
    public override double Radius => Radii.Answer;

    /// <summary>S_i: within it the stage answers no other class; 0 of the last, which never passes on.</summary>
    public double SilenceRadius => Radii.Silence;

    private (double Answer, double Silence) Radii =>
        Cascade.Radii(Place, Sigma, Class, LowerBound, Rival ?? Cascade.Unknown(Place, Class));

    /// <summary>
    /// The evidence from votes at the registered n. V_i is the Clopper–Pearson upper bound, at all of its share, of the
    /// other class that comes nearest by it: none comes nearer by its own, and the one that must hold is that of the
    /// class which truly does, which no vote chooses.
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
        // Only there all V_i,c' are of one n: elsewhere they depend on selection votes and on looks too.
        if (bounds.Family is not BoundFamily.FixedCount)
            throw new ArgumentException(
                $"a stage of a cascade is bounded at a fixed count, not by {bounds.Family}", nameof(bounds));
        if (bounds.OutcomeCount < 2)
            throw new ArgumentException("a cascade needs two classes or more", nameof(bounds));
        BoundEvidence answer = bounds.Evidence(BoundSide.Lower, AlphaLedger.Expert, label);
        RivalBound rival = cascade.Nearest(
            place, label, answer.Value, bounds.Estimation.Counts, other => bounds.Upper(AlphaLedger.Silence, other));
        return new(
            cascade, place, label, id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation,
            [answer, bounds.Evidence(BoundSide.Upper, AlphaLedger.Silence, rival.Class)]);
    }

    /// <summary>A stage that was not asked for more than its selection: it proves nothing.</summary>
    public static CascadeEvidence NotAsked(
        Cascade cascade, int place, int label, string id, decimal sigma, NoiseStream stream,
        VoteCounts selection) => new(
        cascade, place, label, id, sigma, stream, selection,
        new([.. selection.Counts.Select(_ => 0L)], 0, selection.Range.Next(0), selection.FunctionId), []);
}
