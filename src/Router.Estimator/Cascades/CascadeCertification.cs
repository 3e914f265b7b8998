using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Estimator.Cascades;

/// <summary>
/// One certificate of a cascade in the making: selection votes stage by stage until one answers, then its bounds, those of the stages before, and those
/// of later ones as long as their agreement could enlarge the radius.
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
    private readonly double[] _answers, _silences;
    private readonly CascadeEvidence?[] _asked;

    public CascadeCertification(
        RoutedClassifier classifier, Cascade cascade, GridInput input, CertificationPlan plan, AlphaLedger ledger, ulong seed, IProgress<long>? progress)
    {
        (_classifier, _cascade, _input, _plan, _ledger, _seed, _draws) = (classifier, cascade, input, plan, ledger, seed, new(input, progress));
        (_answers, _silences, _asked) = (new double[cascade.StageCount], new double[cascade.StageCount], new CascadeEvidence?[cascade.StageCount]);
    }

    public async Task<Certificate> RunAsync(CancellationToken cancellationToken)
    {
        if (_plan.Sampling.Family is not BoundFamily.FixedCount)
            throw new ArgumentException($"a cascade is certified by Clopper–Pearson at fixed counts, not by {_plan.Sampling.Family.GetType().Name}");
        List<Votes> selections = [];
        do
        {
            selections.Add(await AskAsync(selections.Count, _plan.Expert.SelectionRange, cancellationToken));
        }
        while (!_cascade.Accepts(selections.Count - 1, selections[^1]));

        int answering = selections.Count - 1, label = selections[^1].MostVoted;
        await EstimateAsync(answering, label, selections[answering], cancellationToken);
        // Which stages are estimated depends on votes, their bounds do not: each has its own stream, its registered n and its part of the ledger.
        foreach (int place in Enumerable.Range(0, _cascade.StageCount).Where(place => place != answering))
        {
            if (!CanGrow(answering)) break;
            await EstimateAsync(place, label, place < answering ? selections[place] : null, cancellationToken);
        }
        for (int place = 0; place < answering; place++)
            _asked[place] ??= CascadeEvidence.NotAsked(_cascade, place, label, IdOf(place), SigmaOf(place), StreamOf(place), selections[place]);
        return CascadeCertificate.Certify(_cascade, [.. _asked.OfType<CascadeEvidence>()], answering, _ledger, _input.Hash);
    }

    // Whether stages that were not asked could enlarge the radius: an earlier one by its silence (its selection votes passed on), a later one by its answer too.
    private bool CanGrow(int answering)
    {
        double[] answers = [.. _answers], silences = [.. _silences];
        for (int place = 0; place < answers.Length; place++)
        {
            if (_asked[place] is not null) continue;
            (double answer, double silence) = Ceilings(place);
            (answers[place], silences[place]) = (place > answering ? answer : 0, silence);
        }
        return Cascade.Radius(answers, silences).Radius > Cascade.Radius(_answers, _silences).Radius;
    }

    private (double Answer, double Silence) Ceilings(int place)
    {
        int n = _plan.Expert.Estimation;
        decimal sigma = SigmaOf(place), threshold = _cascade.Threshold(place);
        return (
            Cascade.AnswerRadius(sigma, ClopperPearson.Lower(n, n, _ledger[AlphaLedger.Expert]), threshold),
            place == _cascade.StageCount - 1 ? 0 : Cascade.SilenceRadius(sigma, ClopperPearson.Upper(0, n, _ledger[AlphaLedger.Silence]), threshold));
    }

    private async Task EstimateAsync(int place, int label, Votes? selection, CancellationToken cancellationToken)
    {
        // A later stage selects nothing: like a peer, it has indices of its own.
        Votes estimation = await AskAsync(place, selection is null ? _plan.Expert.PeerRange : _plan.Expert.EstimationRange, cancellationToken);
        StageBounds bounds = new StageBounds(new BoundFamily.FixedCount(), _ledger, StreamOf(place), selection ?? estimation.NoneBefore(), estimation.Total).Look(estimation);
        CascadeEvidence evidence = CascadeEvidence.Of(_cascade, place, label, IdOf(place), SigmaOf(place), bounds);
        (_asked[place], _answers[place], _silences[place]) = (evidence, evidence.Radius, evidence.SilenceRadius);
    }

    private string IdOf(int place) => _classifier.Routes[place].Id;

    private decimal SigmaOf(int place) => _classifier.Routes[place].Voter.Sigma;

    private NoiseStream StreamOf(int place) => RoutedClassifier.ExpertStream(_seed, place);

    private Task<Votes> AskAsync(int place, SampleRange range, CancellationToken cancellationToken) =>
        _draws.AskAsync(_classifier.Routes[place].Voter, StreamOf(place), range, cancellationToken);
}
