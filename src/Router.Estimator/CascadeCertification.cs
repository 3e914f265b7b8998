using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Estimator;

/// <summary>
/// One certificate of a cascade in the making: selection votes stage by stage until one answers, then its bounds, those
/// of the stages before, and those of later ones as long as their agreement could enlarge the radius.
/// </summary>
internal sealed class CascadeCertification(
    RoutedClassifier classifier, Cascade cascade, GridInput input, CertificationPlan plan, AlphaLedger ledger,
    ulong seed)
    : CertificationInProgress
{
    private readonly StageBounds?[] _stages = new StageBounds?[cascade.StageCount];
    private readonly HashSet<int> _gone = [];
    private int _answering, _label;

    /// <inheritdoc/>
    protected override bool HasLooked => _stages[_answering] is { Drawn: > 0 };

    /// <inheritdoc/>
    public override void AskAllAgain() => _gone.Clear();

    /// <inheritdoc/>
    public override Certificate Certificate() => CascadeCertificate.Certify(
        cascade, [.. Enumerable.Range(0, cascade.StageCount).Select(EvidenceOf).OfType<CascadeEvidence>()], _answering,
        ledger, input.Hash);

    /// <inheritdoc/>
    protected override void PlanFor(SamplingPlan sampling)
    {
        foreach (StageBounds? stage in _stages) stage?.PlanFor(sampling.Expert.Estimation);
    }

    /// <inheritdoc/>
    protected override async Task<StopReason?> DrawNextAsync(
        RoutedClassifier asked, SamplingPlan sampling, bool expired, CancellationToken cancellationToken)
    {
        while (!await AnswersAsync(asked, sampling.Expert, cancellationToken))
            _answering++;
        switch (sampling.Next(State(expired)))
        {
            case SamplingDecision.Stop(var reason):
                return reason;
            case SamplingDecision.Draw { Route: { } place, Count: var count }:
                await EstimateAsync(asked, place, sampling.Expert, count, cancellationToken);
                return null;
            case var unknown:
                throw new InvalidOperationException($"the plan wants {unknown}, which no stage of a cascade can do");
        }
    }

    private async Task<bool> AnswersAsync(
        RoutedClassifier asked, SampleCounts counts, CancellationToken cancellationToken)
    {
        StageBounds stage = _stages[_answering] ??= new(
            plan.Sampling.Family, ledger, StreamOf(_answering),
            await AskAsync(asked, _answering, counts.SelectionRange, cancellationToken), counts.Estimation);
        _label = cascade.Foremost(_answering, stage.Selection);
        return cascade.Accepts(_answering, stage.Selection);
    }

    // Which stages are estimated, and how long, depends on votes, their bounds do not: each has its own stream and its
    // part of the ledger, and a later one, which selects nothing, indices of its own. One of these that cannot answer
    // counts as far as it did.
    private async Task EstimateAsync(
        RoutedClassifier asked, int place, SampleCounts counts, long count, CancellationToken cancellationToken)
    {
        StageBounds? stage = _stages[place];
        SampleRange drawn = stage?.SoFar.Range ?? counts.PeerRange with { To = counts.PeerRange.From };
        try
        {
            VoteCounts votes = await AskAsync(asked, place, drawn.Next(count), cancellationToken);
            stage ??= new(plan.Sampling.Family, ledger, StreamOf(place), votes.NoneBefore(), counts.Estimation);
            _stages[place] = stage.Look(stage.Drawn == 0 ? votes : stage.Estimation.Then(votes));
        }
        catch (VoterUnavailableException) when (place > _answering && !asked.Context.NeedsAll)
        {
            _gone.Add(place);
        }
    }

    private CascadeEvidence? EvidenceOf(int place) => _stages[place] switch
    {
        null => null,
        { Drawn: 0 } stage => CascadeEvidence.NotAsked(
            cascade, place, _label, IdOf(place), SigmaOf(place), StreamOf(place), stage.Selection),
        { } stage => CascadeEvidence.Of(cascade, place, _label, IdOf(place), SigmaOf(place), stage),
    };

    private CascadeState State(bool expired) => new(
        cascade, ledger,
        [
            .. _stages.Select((bounds, place) => new SampledStage(SigmaOf(place), StreamOf(place), bounds)
            {
                IsGone = _gone.Contains(place),
            }),
        ],
        _answering, _label)
    {
        Expired = expired,
    };

    private string IdOf(int place) => classifier.Routes[place].Id;

    private decimal SigmaOf(int place) => classifier.Routes[place].Voter.Sigma;

    private NoiseStream StreamOf(int place) => RoutedClassifier.ExpertStream(seed, place);

    private Task<VoteCounts> AskAsync(
        RoutedClassifier asked, int place, SampleRange range, CancellationToken cancellationToken) =>
        asked.Context.AskAsync(
            Stage.Expert, asked.Routes[place], new(input, StreamOf(place), range), cancellationToken);
}
