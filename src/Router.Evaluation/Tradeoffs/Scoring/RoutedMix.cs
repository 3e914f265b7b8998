using System.Collections.Immutable;
using Router.Estimator;
using Router.Smoothing;
using Router.Votes;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// A mix with its router: votes for experts outside are recounted for the member of the nearest σ, one by one as they
/// are cast (docs/certificates.md, section 3).
/// </summary>
internal sealed class RoutedMix
{
    private readonly Study _study;
    private readonly ImmutableArray<int> _members;
    private readonly ImageVotes[] _votes;

    /// <param name="study">All experts, and the router.</param>
    /// <param name="members">Those of the mix by their place, ascending, at least two.</param>
    public RoutedMix(Study study, ImmutableArray<int> members)
    {
        (_study, _members) = (study, members);
        Restriction restriction = Restriction.ToNearest(study.Sigmas, members);
        _votes = [.. study.Images.Select(image => study.Router!.Images[image]).Select(votes =>
            votes with { Selection = Recounted(votes.Selection), Estimation = Recounted(votes.Estimation) })];

        VoteCounts Recounted(VoteCounts votes) => members.Length == study.Networks ? votes
            : new(restriction.Recount(votes.Counts), votes.Undecided, votes.Range, votes.FunctionId, votes.Passed);
    }

    /// <summary>The certificate of every image.</summary>
    public Answer[] Certify(RoutingRule rule, CertificateKind kind)
    {
        RoutingRule ours = rule.Restrict(_members);
        AlphaLedger ledger = ours.Split(kind, _members.Length, _study.Alpha);
        if (kind == CertificateKind.Exclusion && _study.ClassCount is { } classes)
            ledger = ledger.WithOtherClasses(classes);
        return [.. Enumerable.Range(0, _votes.Length)
            .Select(i => kind == CertificateKind.Dual ? DualOf(i, ours, ledger) : ExclusionOf(i, ours, ledger))];
    }

    /// <summary>
    /// The route taken as given and its expert alone with all of α: no certificate with this route proves more.
    /// </summary>
    public Answer[] Hard(RoutingRule rule) => [.. _votes.Select((votes, i) =>
    {
        int route = _members[rule.Select(votes.Selection)], image = _study.Images[i];
        return Singles.Of(_study, route, image) with { Route = route,
            Cost = _study.CostOfRouter(image) + _study.CostOf(route, image, asPeer: false) };
    })];

    // Dual.Certify, from counts.
    private Answer DualOf(int i, RoutingRule rule, AlphaLedger ledger)
    {
        (RouteBounds route, int a, int image) = RouteOf(i, rule, CertificateKind.Dual, ledger);
        if (route.Radius == 0 || _study.Experts[a].ClassOf(image) is not { } label)
            return Abstains(a, image, route.Radius == 0);
        double expert =
            _study.Experts[a].Radius(image, label, AlphaLedger.Expert, ledger), radius = Math.Min(route.Radius, expert);
        return new(
            radius > 0 ? label : null, radius, a, route.Radius < expert ? Stage.Router : Stage.Expert, null,
            _study.CostOfRouter(image) + _study.CostOf(a, image, asPeer: false));
    }

    // Exclusion.Certify, from counts; peers are asked one by one as a certification would, so that they cost what they
    // would.
    private Answer ExclusionOf(int i, RoutingRule rule, AlphaLedger ledger)
    {
        (RouteBounds route, int a, int image) = RouteOf(i, rule, CertificateKind.Exclusion, ledger);
        bool possible = Exclusion.CanCertify(route, _members.Length - 1);
        if (!possible || _study.Experts[a].ClassOf(image) is not { } label)
            return Abstains(a, image, !possible);
        Cost cost = _study.CostOfRouter(image) + _study.CostOf(a, image, asPeer: false);
        double expert = _study.Experts[a].Radius(image, label, AlphaLedger.Expert, ledger);
        double?[] peers = new double?[_members.Length];
        while (NextPeer(image, expert, route, peers, ledger) is { } peer)
        {
            peers[peer] = _study.Experts[_members[peer]].Radius(image, label, AlphaLedger.Peer, ledger);
            cost += _study.CostOf(_members[peer], image, asPeer: true);
        }
        (double radius, Stage stage, int? limiting) = Exclusion.Radius(expert, route, peers);
        return new(radius > 0 ? label : null, radius, a, stage, limiting is { } j ? _members[j] : null, cost);
    }

    // The peer that limits, as long as peers that agree in every vote would give a larger radius (SamplingPlan.Next).
    private int? NextPeer(int image, double expert, RouteBounds route, double?[] peers, AlphaLedger ledger)
    {
        double radius = Exclusion.Radius(expert, route, peers).Radius, best = expert;
        int limiting = -1;
        for (int j = 0; j < peers.Length; j++)
        {
            if (limiting < 0 && peers[j] is null && route.Radii[j] == radius)
                limiting = j;
            if (route.Radii[j] < best)
                best = Math.Min(best, Math.Max(
                    route.Radii[j], peers[j] ?? _study.Experts[_members[j]].Ceiling(image, AlphaLedger.Peer, ledger)));
        }
        return best > radius ? limiting : null;
    }

    private (RouteBounds Route, int Expert, int Image) RouteOf(
        int i, RoutingRule rule, CertificateKind kind, AlphaLedger ledger)
    {
        NetworkVotes router = _study.Router!;
        int route = rule.Select(_votes[i].Selection);
        CountedBounds bounds = new(_study.Table, router.Family, ledger, _votes[i]);
        return (rule.Bound(kind, route, router.Sigma, bounds), _members[route], _study.Images[i]);
    }

    // A router that proves nothing asks no expert.
    private Answer Abstains(int route, int image, bool byRouter)
    {
        Cost cost = _study.CostOfRouter(image);
        return byRouter
            ? new(null, 0, null, Stage.Router, null, cost)
            : new(null, 0, route, Stage.Expert, null, cost + _study.CostOf(route, image, asPeer: false));
    }
}
