using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Estimator;

/// <summary>One certificate in the making: router, routed expert, then the peers whose answers can still raise the radius.</summary>
internal sealed class Certification(
    RoutedClassifier classifier, GridInput input, CertificationPlan plan, AlphaLedger ledger, ulong seed, IProgress<long>? progress)
{
    private long _drawn;

    private int PeerBudget => plan.Kind == CertificateKind.Exclusion ? plan.PeerBudget : 0;

    public async Task<Certificate> RunAsync(CancellationToken cancellationToken)
    {
        if (classifier.Router is not { } router)
            return Dual.Certify(route: null, await AskExpertAsync(0, cancellationToken), ledger, input.Hash);
        RouteEvidence route = await AskRouterAsync(router, cancellationToken);
        StageEvidence? expert = Exclusion.CanCertify(route.RouteBounds, PeerBudget) ? await AskExpertAsync(route.Selected, cancellationToken) : null;
        return plan.Kind == CertificateKind.Dual
            ? Dual.Certify(route, expert, ledger, input.Hash)
            : Exclusion.Certify(route, expert, await AskPeersAsync(route, expert, cancellationToken), ledger, input.Hash);
    }

    private async Task<RouteEvidence> AskRouterAsync(Route router, CancellationToken cancellationToken)
    {
        NoiseStream stream = RoutedClassifier.RouterStream(seed);
        (Votes selection, Votes estimation) = await DrawAsync(router.Voter, stream, plan.Router, cancellationToken);
        return RouteEvidence.Of(
            classifier.Rule, [.. classifier.Routes.Select(route => route.Id)], plan.Kind,
            router.Id, router.Voter.Sigma, BoundsOf(stream, selection, estimation));
    }

    private async Task<StageEvidence> AskExpertAsync(int route, CancellationToken cancellationToken)
    {
        (string id, IVoter voter) = classifier.Routes[route];
        NoiseStream stream = RoutedClassifier.ExpertStream(seed, route);
        (Votes selection, Votes estimation) = await DrawAsync(voter, stream, plan.Expert, cancellationToken);
        return StageEvidence.Of(id, voter.Sigma, BoundsOf(stream, selection, estimation));
    }

    // Whether a peer is asked depends on other votes; its bound does not. Route a and class c come from the router's and expert a's selection
    // votes, and expert j's stream is independent of both. For each j the event "peer j's Clopper–Pearson bound for class c, at the n of the
    // plan, is above the truth" is therefore defined and has probability ≤ its share whether or not anybody looks at it, and all the shares are in
    // the ledger. A peer that is not asked counts as radius 0: the certificate uses some of the bounds that hold together, never more
    // (docs/certificates.md, section 4).
    private async Task<ImmutableArray<PeerEvidence>> AskPeersAsync(
        RouteEvidence route, StageEvidence? expert, CancellationToken cancellationToken)
    {
        List<PeerEvidence> peers = [];
        double?[] radii = new double?[classifier.Routes.Length];
        while (expert is not null && Exclusion.NextPeer(expert.Radius, route.RouteBounds, radii, PeerBudget - peers.Count) is { } j
            && CeilingOf(j) > route.RouteBounds.Radii[j])
        {
            PeerEvidence? peer = await TryAskPeerAsync(j, expert.Selected, cancellationToken);
            radii[j] = peer?.Radius ?? 0;
            if (peer is not null)
                peers.Add(peer);
        }
        return [.. peers];
    }

    // What unanimous votes would prove: where even that is within X_j, asking the peer that limits the radius cannot raise it.
    private double CeilingOf(int route) => plan.Expert.RadiusCeiling(classifier.Routes[route].Voter.Sigma, ledger[AlphaLedger.Peer]);

    // A peer that cannot answer is one that was not asked: whoever made it fail has only chosen which of the bounds are used.
    private async Task<PeerEvidence?> TryAskPeerAsync(int route, int asked, CancellationToken cancellationToken)
    {
        try
        {
            return await AskPeerAsync(route, asked, cancellationToken);
        }
        catch (VoterUnavailableException)
        {
            return null;
        }
    }

    private async Task<PeerEvidence> AskPeerAsync(int route, int asked, CancellationToken cancellationToken)
    {
        (string id, IVoter voter) = classifier.Routes[route];
        NoiseStream stream = RoutedClassifier.ExpertStream(seed, route);
        Votes votes = await Certifier.AskAsync(
            voter, new(input, stream, plan.Expert.PeerRange) { Progress = OffsetProgress.After(_drawn, progress) }, cancellationToken);
        _drawn += votes.Total;
        return PeerEvidence.Of(route, asked, id, voter.Sigma, BoundsOf(stream, votes.NoneBefore(), votes));
    }

    private StageBounds BoundsOf(NoiseStream stream, Votes selection, Votes estimation) =>
        new StageBounds(new BoundFamily.FixedCount(), ledger, stream, selection, estimation.Total).Look(estimation);

    private async Task<(Votes Selection, Votes Estimation)> DrawAsync(
        IVoter voter, NoiseStream stream, SampleCounts counts, CancellationToken cancellationToken)
    {
        (Votes selection, Votes estimation) =
            await Certifier.DrawAsync(voter, input, stream, counts, OffsetProgress.After(_drawn, progress), cancellationToken);
        _drawn += selection.Total + estimation.Total;
        return (selection, estimation);
    }
}
