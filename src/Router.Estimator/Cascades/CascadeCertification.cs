using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Estimator.Cascades;

/// <summary>One certificate of a cascade in the making: selection votes stage by stage until one answers, then its bound, then those of the stages before.</summary>
internal sealed class CascadeCertification(
    RoutedClassifier classifier, Cascade cascade, GridInput input, CertificationPlan plan, AlphaLedger ledger, ulong seed, IProgress<long>? progress)
{
    private readonly Draws _draws = new(input, progress);

    public async Task<Certificate> RunAsync(CancellationToken cancellationToken)
    {
        if (plan.Sampling.Family is not BoundFamily.FixedCount)
            throw new ArgumentException($"a cascade is certified by Clopper–Pearson at fixed counts, not by {plan.Sampling.Family.GetType().Name}");
        List<Votes> selections = [];
        do
        {
            selections.Add(await AskAsync(selections.Count, plan.Expert.SelectionRange, cancellationToken));
        }
        while (!cascade.Accepts(selections.Count - 1, selections[^1]));

        int answering = selections.Count - 1;
        AnsweringEvidence answer = AnsweringEvidence.Of(
            cascade.Threshold(answering), IdOf(answering), SigmaOf(answering), await EstimateAsync(answering, selections[answering], cancellationToken));
        // Which stages are estimated depends on votes, their bounds do not: each has its own stream, its registered n and its part of the ledger.
        bool goesOn = !answer.Abstains;
        ImmutableArray<EarlierEvidence>.Builder earlier = ImmutableArray.CreateBuilder<EarlierEvidence>(answering);
        for (int stage = 0; stage < answering; stage++)
        {
            (decimal threshold, string id, decimal sigma) = (cascade.Threshold(stage), IdOf(stage), SigmaOf(stage));
            earlier.Add(goesOn
                ? EarlierEvidence.Of(answer.Selected, threshold, id, sigma, await EstimateAsync(stage, selections[stage], cancellationToken))
                : EarlierEvidence.NotAsked(answer.Selected, threshold, id, sigma, StreamOf(stage), selections[stage]));
            goesOn &= !earlier[stage].Abstains;
        }
        return CascadeCertificate.Certify(cascade, earlier.MoveToImmutable(), answer, ledger, input.Hash);
    }

    private string IdOf(int stage) => classifier.Routes[stage].Id;

    private decimal SigmaOf(int stage) => classifier.Routes[stage].Voter.Sigma;

    private NoiseStream StreamOf(int stage) => RoutedClassifier.ExpertStream(seed, stage);

    private async Task<StageBounds> EstimateAsync(int stage, Votes selection, CancellationToken cancellationToken)
    {
        Votes estimation = await AskAsync(stage, plan.Expert.EstimationRange, cancellationToken);
        return new StageBounds(new BoundFamily.FixedCount(), ledger, StreamOf(stage), selection, estimation.Total).Look(estimation);
    }

    private Task<Votes> AskAsync(int stage, SampleRange range, CancellationToken cancellationToken) =>
        _draws.AskAsync(classifier.Routes[stage].Voter, StreamOf(stage), range, cancellationToken);
}
