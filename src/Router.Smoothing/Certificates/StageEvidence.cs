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

/// <summary>
/// Evidence of an expert that is not the routed one, for the routed expert's class: within its radius a change of route
/// to it is harmless.
/// </summary>
/// <param name="Route">The index of its route.</param>
/// <param name="Class">The class, selected by the routed expert.</param>
/// <param name="Id">The id of the expert in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Estimation">The votes that bound the probability of the class.</param>
/// <param name="Bounds">
/// The bounds on that probability, and where radii are two-sided on those of the other classes.
/// </param>
public sealed record PeerEvidence(
    int Route, int Class, string Id, decimal Sigma, NoiseStream Stream, VoteCounts Estimation,
    ImmutableArray<BoundEvidence> Bounds)
    : StageEvidence(Id, Sigma, Stream, Estimation.NoneBefore(), Estimation, Bounds)
{
    /// <summary>The given class.</summary>
    public override int Selected => Class;

    /// <summary>The evidence of a peer from its votes.</summary>
    /// <param name="route">The index of its route.</param>
    /// <param name="label">The class, selected by the routed expert.</param>
    /// <param name="id">The id of the expert.</param>
    /// <param name="sigma">The σ of its noise, in [0,1] pixels.</param>
    /// <param name="bounds">Its votes and their bounds.</param>
    public static PeerEvidence Of(int route, int label, string id, decimal sigma, StageBounds bounds) => new(
        route, label, id, sigma, bounds.Stream, bounds.Estimation, bounds.Prove(label, AlphaLedger.Peer));
}

/// <summary>The router's evidence that other routes cannot be taken nearby.</summary>
/// <param name="Rule">How its votes become a route.</param>
/// <param name="Routes">The ids of the experts, in the order of its outputs.</param>
/// <param name="Kind">The certificate it is for: the dual one bounds less.</param>
/// <param name="Id">The id of the router in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes the route was selected on.</param>
/// <param name="Estimation">The votes that were bounded.</param>
/// <param name="Bounds">The bounds that the X_j are computed from.</param>
/// <param name="RouteBounds">X_j by route.</param>
public sealed record RouteEvidence(
    RoutingRule Rule, ImmutableArray<string> Routes, CertificateKind Kind,
    string Id, decimal Sigma, NoiseStream Stream, VoteCounts Selection, VoteCounts Estimation,
    ImmutableArray<BoundEvidence> Bounds,
    RouteBounds RouteBounds)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Bounds)
{
    /// <inheritdoc/>
    public override int Selected => Rule.Select(Selection);

    /// <summary>The radius within which the route cannot change: the smallest X_j.</summary>
    public override double Radius => RouteBounds.Radius;

    /// <summary>Selects a route on one part of the votes and bounds the others on the rest.</summary>
    /// <param name="rule">How votes become a route.</param>
    /// <param name="routes">The ids of the experts.</param>
    /// <param name="kind">The certificate this is for.</param>
    /// <param name="id">The router's id.</param>
    /// <param name="sigma">Its s.</param>
    /// <param name="bounds">
    /// Its votes and their bounds, under the ledger that <see cref="RoutingRule.Split"/> gave.
    /// </param>
    public static RouteEvidence Of(
        RoutingRule rule, ImmutableArray<string> routes, CertificateKind kind, string id, decimal sigma,
        StageBounds bounds)
    {
        int selected = rule.Select(bounds.Selection);
        (RouteBounds radii, ImmutableArray<BoundEvidence> proof) =
            bounds.Prove(read => rule.Bound(kind, selected, sigma, read));
        return new(
            rule, routes, kind, id, sigma, bounds.Stream, bounds.Selection, bounds.Estimation, proof, radii);
    }
}
