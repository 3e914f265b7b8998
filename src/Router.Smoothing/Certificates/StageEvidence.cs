using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

/// <summary>
/// What one smoothed classifier contributed to a certificate: enough to recompute its radius by hand.
/// </summary>
/// <param name="Id">The id of the expert or router in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">
/// The votes on which the outcome was selected; nothing else is read from them. None for a peer, whose class is given.
/// </param>
/// <param name="Estimation">
/// The votes that bound the outcome's probability, on samples that nothing was selected on.
/// </param>
/// <param name="Bounds">Every bound that was taken from them: radii are computed from these.</param>
public record StageEvidence(
    string Id, decimal Sigma, NoiseStream Stream, VoteCounts Selection, VoteCounts Estimation,
    ImmutableArray<BoundEvidence> Bounds)
{
    /// <summary>
    /// The selected outcome: a class, or for a router the index of a route. The most voted one, unless a route is
    /// selected otherwise.
    /// </summary>
    public virtual int Selected => Selection.MostVoted;

    /// <summary>
    /// The lower bound on the selected outcome's probability under the noise; 0 where it was not bounded.
    /// </summary>
    public Probability LowerBound =>
        Bounds.FirstOrDefault(bound => bound.IsOn(BoundSide.Lower, Selected))?.Value ?? Probability.Zero;

    /// <summary>
    /// The radius within which the outcome is constant, from both sides where every other outcome was bounded above,
    /// otherwise σ·Φ⁻¹(p); 0 where this stage proves nothing.
    /// </summary>
    public virtual double Radius => Cohen.RadiusOfKnown(
        Sigma, LowerBound,
        [
            .. Enumerable.Range(0, Estimation.Counts.Length).Where(outcome => outcome != Selected)
                .Select(outcome => Bounds.FirstOrDefault(bound => bound.IsOn(BoundSide.Upper, outcome))?.Value),
        ]);

    /// <summary>
    /// The failure probability of its bound; of a router, of each bound that fixes the chosen route: of p_a, or of
    /// every F_k.
    /// </summary>
    public double Alpha => Bounds.IsEmpty ? 0 : Bounds[0].Alpha;

    /// <summary>Whether nothing was proved.</summary>
    public bool Abstains => Radius == 0;

    /// <summary>The number of samples drawn.</summary>
    public long SamplesDrawn => Selection.Total + Estimation.Total;

    /// <summary>The evidence of a routed expert: its most voted class, bounded.</summary>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">The σ of its noise, in [0,1] pixels.</param>
    /// <param name="bounds">Its votes and their bounds.</param>
    /// <param name="share">Whose share of α bounds the class.</param>
    public static StageEvidence Of(
        string id, decimal sigma, StageBounds bounds, string share = AlphaLedger.Expert) => new(
            id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation,
            bounds.Prove(bounds.Selection.MostVoted, share));
}
