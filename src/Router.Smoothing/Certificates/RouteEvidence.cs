using System.Collections.Immutable;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

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
