using Router.Smoothing;
using Router.Votes;

namespace Router.Estimator;

/// <summary>
/// A class without a radius: stages are asked in turn until one proves that it answers, or proves neither that nor that
/// it does not.
/// </summary>
internal static class CascadePrediction
{
    public static async Task<RoutedPrediction> PredictAsync(
        RoutedClassifier classifier, Cascade cascade, GridInput input, int count, double failureProbability,
        SeedSource seeds,
        CancellationToken cancellationToken)
    {
        SeedMessage message = classifier.PredictionMessage(input.Hash, count, failureProbability);
        (AlphaLedger ledger, ulong seed) = (message.Ledger, seeds.SeedFor(message));
        for (int stage = 0; stage < cascade.StageCount; stage++)
        {
            VoteCounts votes = await classifier.Context.AskAsync(
                Stage.Expert, classifier.Routes[stage],
                new(input, RoutedClassifier.ExpertStream(seed, stage), new(0, count)), cancellationToken);
            switch (cascade.Predict(stage, votes, ledger[AlphaLedger.Expert]))
            {
                case CascadeVerdict.Answers:
                    return new(cascade.Foremost(stage, votes), new(stage, null), votes);
                case CascadeVerdict.Undecided:
                    return new(null, new(null, null), null);
            }
        }
        throw new InvalidOperationException("the last stage of a cascade does not pass on");
    }
}
