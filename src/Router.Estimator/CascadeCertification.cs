using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Estimator;

/// <summary>
/// One certificate of a cascade in the making: selection votes stage by stage until one answers, then its bounds, those
/// of the stages before, and those of later ones as long as their agreement could enlarge the radius.
/// </summary>
internal sealed class CascadeCertification
{
    private readonly RoutedClassifier _classifier;
    private readonly Cascade _cascade;
    private readonly CertificationPlan _plan;
    private readonly AlphaLedger _ledger;
    private readonly GridInput _input;
    private readonly ulong _seed;
    private readonly Draws _draws;
    private readonly CascadeEvidence?[] _asked;

    public CascadeCertification(
        RoutedClassifier classifier, Cascade cascade, GridInput input, CertificationPlan plan, AlphaLedger ledger,
        ulong seed, IProgress<long>? progress)
    {
        (_classifier, _cascade, _input, _plan, _ledger, _seed, _draws) =
            (classifier, cascade, input, plan, ledger, seed, new(input, progress));
        _asked = new CascadeEvidence?[cascade.StageCount];
    }

    public async Task<Certificate> RunAsync(CancellationToken cancellationToken)
    {
        if (_plan.Sampling.Family is not BoundFamily.FixedCount)
            throw new ArgumentException(
                "a cascade is certified by Clopper–Pearson at fixed counts, not by "
                + _plan.Sampling.Family.GetType().Name);
        List<VoteCounts> selections = [];
        do
        {
            selections.Add(await AskAsync(selections.Count, _plan.Expert.SelectionRange, cancellationToken));
        }
        while (!_cascade.Accepts(selections.Count - 1, selections[^1]));

        int answering = selections.Count - 1, label = _cascade.Foremost(answering, selections[^1]);
        CascadeTerms terms = new(_cascade, answering, label);
        await EstimateAsync(answering, label, selections[answering], terms, cancellationToken);
        // Which stages are estimated depends on votes, their bounds do not: each has its own stream, its registered n
        // and its part of the ledger.
        while (terms.Next(Best) is { } place)
            await EstimateAsync(place, label, place < answering ? selections[place] : null, terms, cancellationToken);
        for (int place = 0; place < answering; place++)
            _asked[place] ??= CascadeEvidence.NotAsked(
                _cascade, place, label, IdOf(place), SigmaOf(place), StreamOf(place), selections[place]);
        return CascadeCertificate.Certify(
            _cascade, [.. _asked.OfType<CascadeEvidence>()], answering, _ledger, _input.Hash);
    }

    private (decimal Sigma, Probability Lower, Probability Upper) Best(int place) => (
        SigmaOf(place),
        ClopperPearson.Lower(_plan.Expert.Estimation, _plan.Expert.Estimation, _ledger[AlphaLedger.Expert]),
        ClopperPearson.Upper(0, _plan.Expert.Estimation, _ledger[AlphaLedger.Silence]));

    private async Task EstimateAsync(
        int place, int label, VoteCounts? selection, CascadeTerms terms, CancellationToken cancellationToken)
    {
        // A later stage selects nothing: like a peer, it has indices of its own.
        VoteCounts estimation = await AskAsync(
            place, selection is null ? _plan.Expert.PeerRange : _plan.Expert.EstimationRange, cancellationToken);
        StageBounds bounds = StageBounds.AtFixedCount(_ledger, estimation, selection, StreamOf(place));
        CascadeEvidence evidence = CascadeEvidence.Of(_cascade, place, label, IdOf(place), SigmaOf(place), bounds);
        terms.Add(place, evidence.Sigma, evidence.LowerBound, evidence.Rival);
        _asked[place] = evidence;
    }

    private string IdOf(int place) => _classifier.Routes[place].Id;

    private decimal SigmaOf(int place) => _classifier.Routes[place].Voter.Sigma;

    private NoiseStream StreamOf(int place) => RoutedClassifier.ExpertStream(_seed, place);

    private Task<VoteCounts> AskAsync(int place, SampleRange range, CancellationToken cancellationToken) =>
        _draws.AskAsync(
            _classifier.Context, Stage.Expert, _classifier.Routes[place], StreamOf(place), range, cancellationToken);
}
