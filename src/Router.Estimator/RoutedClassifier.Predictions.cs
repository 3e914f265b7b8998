using Router.Smoothing;
using Router.Votes;

namespace Router.Estimator;

// Answers without a radius.
public sealed partial class RoutedClassifier
{
    /// <summary>Predicts without a radius: the tests of route and class share α.</summary>
    /// <param name="input">The input x.</param>
    /// <param name="count">Samples of each stage, ≥ 1.</param>
    /// <param name="failureProbability">The probability that the answer is not g(x), in (0, 1).</param>
    /// <param name="seeds">Where the noise comes from.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public Task<RoutedPrediction> PredictAsync(
        GridInput input, int count, double failureProbability, SeedSource seeds,
        CancellationToken cancellationToken = default) => OfRightVotesAsync(
            asked => asked.PredictOnceAsync(input, count, failureProbability, seeds, cancellationToken));

    /// <summary>Predicts the route alone, spending all of α on it.</summary>
    public Task<RoutePrediction> PredictRouteAsync(
        GridInput input, int count, double failureProbability, SeedSource seeds,
        CancellationToken cancellationToken = default)
    {
        SeedMessage message = RouteMessage(input.Hash, count, failureProbability);
        return OfRightVotesAsync(asked => asked.PredictRouteAsync(
            input, count, message.Ledger, seeds.SeedFor(message), cancellationToken));
    }

    private async Task<RoutedPrediction> PredictOnceAsync(
        GridInput input, int count, double failureProbability, SeedSource seeds, CancellationToken cancellationToken)
    {
        if (Cascade is { } cascade)
            return await CascadePrediction.PredictAsync(
                this, cascade, input, count, failureProbability, seeds, cancellationToken);
        SeedMessage message = PredictionMessage(input.Hash, count, failureProbability);
        (AlphaLedger ledger, ulong seed) = (message.Ledger, seeds.SeedFor(message));
        RoutePrediction route = await PredictRouteAsync(input, count, ledger, seed, cancellationToken);
        if (route.Route is not { } chosen)
            return new(null, route, null);
        VoteCounts votes = await Context.AskAsync(
            Stage.Expert, Routes[chosen], new(input, StreamOf(seed, chosen), new(0, count)), cancellationToken);
        return new(Cohen.Predict(votes, ledger[AlphaLedger.Expert]), route, votes);
    }

    private async Task<RoutePrediction> PredictRouteAsync(
        GridInput input, int count, AlphaLedger ledger, ulong seed, CancellationToken cancellationToken)
    {
        if (Router is null)
            return new(0, null);
        VoteCounts votes = await Context.AskAsync(
            Stage.Router, Router, new(input, RouterStream(seed), new(0, count)), cancellationToken);
        return new(Rule.Predict(votes, ledger[AlphaLedger.Router]), votes);
    }
}
