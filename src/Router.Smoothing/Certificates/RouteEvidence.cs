using System.Collections.Immutable;
using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>The router's evidence that other routes cannot be taken nearby.</summary>
/// <param name="Rule">How its votes become a route.</param>
/// <param name="Routes">The ids of the experts, in the order of its outputs.</param>
/// <param name="Bounds">X_j by route.</param>
/// <param name="Id">The id of the router in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes the route was selected on.</param>
/// <param name="Estimation">The votes that bound the X_j.</param>
/// <param name="Alpha">The failure probability of each bound on the chosen route (of p_a, or of each F_k); U_j have a share of their own.</param>
public sealed record RouteEvidence(
    RoutingRule Rule, ImmutableArray<string> Routes, RouteBounds Bounds,
    string Id, decimal Sigma, NoiseStream Stream, Votes Selection, Votes Estimation, double Alpha)
    : StageEvidence(Id, Sigma, Stream, Selection, Estimation, Alpha)
{
    /// <inheritdoc/>
    public override int Selected => Bounds.Route;

    /// <summary>The radius within which the route cannot change: the smallest X_j.</summary>
    public override double Radius => Bounds.Radius;

    /// <summary>Selects a route on one part of the votes and bounds the others on the rest.</summary>
    /// <param name="kind">The certificate this is for.</param>
    /// <param name="ledger">What <see cref="RoutingRule.Split"/> gave.</param>
    /// <param name="rule">How votes become a route.</param>
    /// <param name="routes">The ids of the experts.</param>
    /// <param name="id">The router's id.</param>
    /// <param name="sigma">Its s.</param>
    /// <param name="stream">Where its noise came from.</param>
    /// <param name="selection">Votes to select on.</param>
    /// <param name="estimation">Votes to bound with.</param>
    public static RouteEvidence Of(
        RoutingRule rule, ImmutableArray<string> routes, CertificateKind kind, AlphaLedger ledger,
        string id, decimal sigma, NoiseStream stream, Votes selection, Votes estimation) => new(
            rule, routes, rule.Bound(kind, rule.Select(selection), sigma, estimation, ledger),
            id, sigma, stream, selection, estimation, ledger[AlphaLedger.Router]);
}
