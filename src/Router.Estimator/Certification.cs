using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Estimator;

/// <summary>One certificate of router and experts, or of one expert, in the making.</summary>
internal sealed class Certification(
    RoutedClassifier classifier, GridInput input, CertificationPlan plan, AlphaLedger ledger, ulong seed)
    : CertificationInProgress
{
    private readonly StageBounds?[] _experts = new StageBounds?[classifier.Routes.Length];
    private readonly List<int> _peers = [];
    private readonly HashSet<int> _gone = [];
    private StageBounds? _router;

    /// <inheritdoc/>
    public override void AskAllAgain() => _gone.Clear();

    /// <inheritdoc/>
    protected override bool HasLooked => (classifier.Router is null ? _experts[0] : _router) is not null;

    /// <inheritdoc/>
    protected override void PlanFor(SamplingPlan sampling)
    {
        _router?.PlanFor(sampling.Router.Estimation);
        foreach (StageBounds? expert in _experts) expert?.PlanFor(sampling.Expert.Estimation);
    }

    /// <inheritdoc/>
    protected override async Task<StopReason?> DrawNextAsync(
        RoutedClassifier asked, SamplingPlan sampling, bool expired, CancellationToken cancellationToken)
    {
        switch (sampling.Next(State(expired)))
        {
            case SamplingDecision.Stop(var reason):
                return reason;
            case SamplingDecision.Draw { Route: { } route, Stage: var stage, Count: var count }:
                if (stage == Stage.Peer)
                    await DrawPeerAsync(asked, sampling.Expert, route, count, cancellationToken);
                else
                    _experts[route] = await DrawExpertAsync(
                        asked, stage, sampling.Expert, route, sampling.Expert.SelectionRange, count, cancellationToken);
                return null;
            case SamplingDecision.Draw { Count: var count }:
                _router = await DrawAsync(
                    asked.Context, Stage.Router, asked.Router!, RoutedClassifier.RouterStream(seed), _router,
                    sampling.Router, sampling.Router.SelectionRange, count, cancellationToken);
                return null;
            case var unknown:
                throw new InvalidOperationException(
                    $"the plan wants {unknown}, which no stage of a certificate can do");
        }
    }

    /// <inheritdoc/>
    public override Certificate Certificate()
    {
        if (classifier.Router is not { } router)
            return Dual.Certify(route: null, ExpertEvidence(0), ledger, input.Hash);
        RouteEvidence route = RouteEvidence.Of(
            classifier.Rule, [.. classifier.Routes.Select(route => route.Id)], plan.Kind, router.Id,
            router.Voter.Sigma, _router!);
        StageEvidence? expert = ExpertEvidence(route.Selected);
        return plan.Kind == CertificateKind.Dual
            ? Dual.Certify(route, expert, ledger, input.Hash)
            : Exclusion.Certify(
                route, expert, expert is null ? [] : PeersEvidence(expert.Selected), ledger, input.Hash);
    }

    private StageEvidence? ExpertEvidence(int route) => _experts[route] is { } bounds
        ? StageEvidence.Of(classifier.Routes[route].Id, classifier.Routes[route].Voter.Sigma, bounds)
        : null;

    private ImmutableArray<PeerEvidence> PeersEvidence(int label) =>
    [
        .. _peers.Select(j =>
            PeerEvidence.Of(j, label, classifier.Routes[j].Id, classifier.Routes[j].Voter.Sigma, _experts[j]!)),
    ];

    // A peer that cannot answer is one that is asked no more: whoever made it fail has only chosen which of the bounds
    // are used.
    private async Task DrawPeerAsync(
        RoutedClassifier asked, SampleCounts counts, int route, long count, CancellationToken cancellationToken)
    {
        bool starts = _experts[route] is null;
        try
        {
            SampleRange none = counts.PeerRange with { To = counts.PeerRange.From };
            _experts[route] = await DrawExpertAsync(asked, Stage.Peer, counts, route, none, count, cancellationToken);
            if (starts)
                _peers.Add(route);
        }
        catch (VoterUnavailableException) when (!asked.Context.NeedsAll)
        {
            _gone.Add(route);
        }
    }

    private Task<StageBounds> DrawExpertAsync(
        RoutedClassifier asked, Stage stage, SampleCounts counts, int route, SampleRange selection, long count,
        CancellationToken cancellationToken) => DrawAsync(
            asked.Context, stage, asked.Routes[route], classifier.StreamOf(seed, route), _experts[route],
            counts, selection, count, cancellationToken);

    // Whether a peer is asked, and how long, depends on other votes; its bound does not. Route a and class c come from
    // the router's and expert a's selection votes, and expert j's stream is independent of both. For each j the event
    // "peer j's bound for class c is above the truth" is therefore defined and has probability ≤ its share whether or
    // not anybody looks at it, and all the shares are in the ledger. A peer that is not asked counts as radius 0
    // (docs/certificates.md, section 4).
    private async Task<StageBounds> DrawAsync(
        CallContext context, Stage stage, Route asked, NoiseStream stream, StageBounds? bounds, SampleCounts counts,
        SampleRange selection, long count, CancellationToken cancellationToken)
    {
        Task<VoteCounts> AskAsync(SampleRange range) =>
            context.AskAsync(stage, asked, new(input, stream, range), cancellationToken);
        bounds ??= new(plan.Sampling.Family, ledger, stream, await AskAsync(selection), counts.Estimation);
        SampleRange before = bounds.Drawn == 0 ? bounds.Selection.Range : bounds.Estimation.Range;
        VoteCounts votes = await AskAsync(before.Next(count));
        return bounds.Look(bounds.Drawn == 0 ? votes : bounds.Estimation.Then(votes));
    }

    private SamplingState State(bool expired) => new(
        plan.Kind, ledger, classifier.Rule,
        classifier.Router is { } router ? new(router.Voter.Sigma, RoutedClassifier.RouterStream(seed), _router) : null,
        [
            .. classifier.Routes.Select((route, j) =>
                new SampledStage(route.Voter.Sigma, classifier.StreamOf(seed, j), _experts[j])
                {
                    IsGone = _gone.Contains(j),
                }),
        ],
        plan.PeerBudget)
    {
        Expired = expired,
    };
}
