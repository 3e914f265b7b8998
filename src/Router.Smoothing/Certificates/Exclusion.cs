using System.Collections.Immutable;

namespace Router.Smoothing;

/// <summary>
/// The exclusion certificate (docs/certificates.md, section 2): a change of route is harmless where the expert it leads
/// to certifies the same class. With a the chosen route, X_j the radius within which j cannot become the route and
/// R_j(c) the radius of class c under expert j,
/// <code>R = min( R_a(c),  min over j≠a of max( X_j , R_j(c) ) )</code>
/// </summary>
public static class Exclusion
{
    /// <summary>
    /// The radius, and what limits it: the router or a peer, by route, or the routed expert (null) where neither is
    /// below it.
    /// </summary>
    /// <param name="expert">R_a(c).</param>
    /// <param name="route">X_j.</param>
    /// <param name="peers">R_j(c) by route; null where j was not asked, and 0 where it does not certify c.</param>
    public static (double Radius, Stage Stage, int? Route) Radius(
        double expert, RouteBounds route, ReadOnlySpan<double?> peers)
    {
        (double Radius, Stage Stage, int? Route) limit = (expert, Stage.Expert, null);
        for (int j = 0; j < peers.Length; j++)
        {
            double excluded = route.Radii[j], peer = peers[j] ?? 0;
            if (Math.Max(excluded, peer) < limit.Radius)
                limit = (Math.Max(excluded, peer), peer > excluded ? Stage.Peer : Stage.Router, j);
        }
        return limit;
    }

    /// <summary>
    /// Whether some class and some peers' answers could still give a radius: otherwise no expert needs to be asked.
    /// </summary>
    /// <param name="route">X_j.</param>
    /// <param name="budget">How many peers may be asked; 0 in the dual certificate.</param>
    public static bool CanCertify(RouteBounds route, int budget) => route.Radii.Count(radius => radius == 0) <= budget;

    /// <summary>The certificate from its evidence.</summary>
    /// <param name="route">The router's evidence.</param>
    /// <param name="expert">
    /// The routed expert's evidence, or null where it was not asked because nothing could be certified.
    /// </param>
    /// <param name="peers">The evidence of the peers that were asked, each for the routed expert's class.</param>
    /// <param name="ledger">The α split, fixed before estimation.</param>
    /// <param name="inputHash">What the certificate is about.</param>
    /// <exception cref="ArgumentException">
    /// A peer is the routed expert, or its evidence is for another class, or the evidence spends more α than the ledger
    /// gives it.
    /// </exception>
    public static Certificate Certify(
        RouteEvidence route, StageEvidence? expert, ImmutableArray<PeerEvidence> peers, AlphaLedger ledger,
        string inputHash)
    {
        ledger.Cover([.. route.Bounds, .. expert?.Bounds ?? [], .. peers.SelectMany(peer => peer.Bounds)]);
        double?[] radii = new double?[route.Routes.Length];
        foreach (PeerEvidence peer in peers)
            radii[peer.Route] = peer.Class == expert?.Selected && peer.Route != route.Selected
                ? peer.Radius
                : throw new ArgumentException(
                    $"{peer.Id} is no peer for class {expert?.Selected} of route {route.Selected}", nameof(peers));
        (double radius, Stage stage, int? limiting) =
            Radius(expert?.Radius ?? double.PositiveInfinity, route.RouteBounds, radii);
        if (expert is null)
            radius = 0;
        return new()
        {
            Kind = CertificateKind.Exclusion,
            Class = radius > 0 ? expert!.Selected : null,
            Radius = radius,
            LimitingStage = stage,
            LimitingRoute = limiting is { } j ? route.Routes[j] : null,
            Route = route,
            Expert = expert,
            Peers = peers,
            Ledger = ledger,
            InputHash = inputHash,
        };
    }
}
