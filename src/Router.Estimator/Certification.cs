using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Estimator;

/// <summary>One certificate in the making: draws what its plan asks for, and says at any time what is proved.</summary>
internal sealed class Certification(
    RoutedClassifier classifier, GridInput input, CertificationPlan plan, AlphaLedger ledger, ulong seed,
    IProgress<long>? progress)
{
    private readonly StageBounds?[] _experts = new StageBounds?[classifier.Routes.Length];
    private readonly List<int> _peers = [];
    private readonly HashSet<int> _gone = [];
    private readonly Draws _draws = new(input, progress);
    private StageBounds? _router;

    /// <summary>Draws until the plan stops.</summary>
    /// <param name="sampling">The certification's plan, or the same with other stopping rules.</param>
    /// <param name="deadline">
    /// When to stop in any case: a draw under way then is given up, none of its votes count.
    /// </param>
    /// <param name="cancellationToken">Stops the work; what was drawn before stays.</param>
    public async Task<StopReason> RunAsync(
        SamplingPlan sampling, Deadline? deadline, CancellationToken cancellationToken)
    {
        while (true)
            if (await StepAsync(classifier, sampling, deadline, cancellationToken) is { } reason)
                return reason;
    }

    /// <summary>Draws once, or says why there is nothing more to draw.</summary>
    /// <param name="asked">Who votes this time: the same functions.</param>
    /// <param name="sampling">The certification's plan, or one that may follow it.</param>
    /// <param name="deadline">When to stop in any case.</param>
    /// <param name="cancellationToken">Stops the work; what was drawn before stays.</param>
    public async Task<StopReason?> StepAsync(
        RoutedClassifier asked, SamplingPlan sampling, Deadline? deadline, CancellationToken cancellationToken)
    {
        _router?.PlanFor(sampling.Router.Estimation);
        foreach (StageBounds? expert in _experts) expert?.PlanFor(sampling.Expert.Estimation);
        // Before the first look nothing could be said, and fixed counts say nothing before their end.
        if (deadline is null || !sampling.IsAdaptive || !HasLooked)
            return await DrawNextAsync(asked, sampling, deadline?.Passed ?? false, cancellationToken);
        (bool inTime, StopReason? reason) = await deadline.TryAsync(
            late => DrawNextAsync(asked, sampling, deadline.Passed, late), cancellationToken);
        return inTime ? reason : StopReason.Deadline;
    }

    /// <summary>Whoever could not answer may be asked again.</summary>
    public void AskAllAgain() => _gone.Clear();

    private bool HasLooked => (classifier.Router is null ? _experts[0] : _router) is not null;

    private async Task<StopReason?> DrawNextAsync(
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

    /// <summary>What the votes drawn so far prove.</summary>
    public Certificate Certificate()
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
        catch (VoterUnavailableException)
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
            _draws.AskAsync(context, stage, asked, stream, range, cancellationToken);
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

/// <summary>The samples of one certificate in the making, over all of its stages, told as they are drawn.</summary>
/// <param name="input">The input x.</param>
/// <param name="progress">Told how many samples are done in all.</param>
internal sealed class Draws(GridInput input, IProgress<long>? progress)
{
    private long _drawn;

    /// <summary>Draws a range. An empty one asks nobody.</summary>
    public async Task<VoteCounts> AskAsync(
        CallContext context, Stage stage, Route asked, NoiseStream stream, SampleRange range,
        CancellationToken cancellationToken)
    {
        if (range.Count == 0)
            return new([.. new long[asked.Voter.OutcomeCount]], 0, range, asked.Voter.FunctionId);
        VoteRequest request = new(input, stream, range) { Progress = OffsetProgress.After(_drawn, progress) };
        VoteCounts votes = await context.AskAsync(stage, asked, request, cancellationToken);
        _drawn += votes.Total;
        return votes;
    }
}
