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
/// L_i, and V_i: at a registered n that of the other class that comes nearest, elsewhere those of all other classes;
/// none without votes.
/// </param>
public sealed record CascadeEvidence(
    Cascade Cascade, int Place, int Class, string Id, decimal Sigma, NoiseStream Stream, VoteCounts Selection,
    VoteCounts Estimation, ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Bounds)
{
    /// <summary>The class of the answer.</summary>
    public override int Selected => Class;

    /// <summary>V_i of the class that comes nearest, and which that is; null without votes.</summary>
    public RivalBound? Rival => Cascade.NearestOf(
        Place, LowerBound,
        Bounds.Where(bound => bound.Side == BoundSide.Upper)
            .Select(bound => new RivalBound(bound.Outcomes[0], bound.Value)));

    /// <summary>
    /// The bounds that spend α: of those on other classes one for all, since only that of the class which truly comes
    /// nearest must hold.
    /// </summary>
    public IEnumerable<BoundEvidence> Spending => Bounds.Where(bound => bound.Side == BoundSide.Lower)
        .Concat(Bounds.Where(bound => bound.Side == BoundSide.Upper).Take(1));

    /// <summary>A_i: within it the stage answers the class.</summary>
    public override double Radius => Radii.Answer;

    /// <summary>S_i: within it the stage answers no other class; 0 of the last, which never passes on.</summary>
    public double SilenceRadius => Radii.Silence;

    private (double Answer, double Silence) Radii =>
        Cascade.Radii(Place, Sigma, Class, LowerBound, Rival ?? Cascade.Unknown(Place, Class));

    /// <summary>
    /// The evidence from votes. V_i of each other class is an upper bound at all of its share: the one that must hold
    /// is that of the class which truly comes nearest, which no vote chooses. At a registered n the one that comes
    /// nearest by its bound is enough, and none comes nearer; with bounds that may stop early another can at another
    /// look, so that all are followed.
    /// </summary>
    /// <param name="cascade">The order and its thresholds.</param>
    /// <param name="place">The stage's place in it.</param>
    /// <param name="label">The class of the answer.</param>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">Its σ.</param>
    /// <param name="bounds">Its votes, under the ledger that <see cref="Cascade.Split"/> gave.</param>
    /// <exception cref="ArgumentException">
    /// The bounds are randomised ones, or there is one class alone.
    /// </exception>
    public static CascadeEvidence Of(
        Cascade cascade, int place, int label, string id, decimal sigma, StageBounds bounds)
    {
        if (bounds.Family is BoundFamily.RandomisedFixedCount)
            throw new ArgumentException(
                $"a stage of a cascade is not bounded by {bounds.Family} bounds, which order classes by luck",
                nameof(bounds));
        if (bounds.OutcomeCount < 2)
            throw new ArgumentException("a cascade needs two classes or more", nameof(bounds));
        BoundEvidence answer = bounds.Evidence(BoundSide.Lower, AlphaLedger.Expert, label);
        IEnumerable<int> others = bounds.Family is BoundFamily.Simultaneous
            ? Enumerable.Range(0, bounds.OutcomeCount).Where(other => other != label)
            :
            [
                cascade.Nearest(
                    place, label, answer.Value, bounds.Estimation.Counts,
                    other => bounds.Upper(AlphaLedger.Silence, other)).Class,
            ];
        return new(
            cascade, place, label, id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation,
            [answer, .. others.Select(other => bounds.Evidence(BoundSide.Upper, AlphaLedger.Silence, other))]);
    }

    /// <summary>A stage that was not asked for more than its selection: it proves nothing.</summary>
    public static CascadeEvidence NotAsked(
        Cascade cascade, int place, int label, string id, decimal sigma, NoiseStream stream,
        VoteCounts selection) => new(
        cascade, place, label, id, sigma, stream, selection, StageBounds.NoneAfter(selection), []);
}
