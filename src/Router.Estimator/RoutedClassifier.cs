using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Noise;

namespace Router.Estimator;

/// <summary>
/// The deployed classifier g(x) = g_ρ(x)(x): the smoothed variance estimator ρ picks an expert, the smoothed expert picks the class
/// (Sun, Mao, Vechev 2026; docs/certificates.md). A mix of one expert has no router.
/// </summary>
public sealed class RoutedClassifier
{
    private readonly string _routerId;
    private readonly IVoter? _router;

    /// <summary>A router over experts.</summary>
    /// <param name="routerId">The router's name in records.</param>
    /// <param name="router">Votes over routes: outcome k is <paramref name="routes"/>[k].</param>
    /// <param name="routes">The experts in the order of the router's outputs.</param>
    /// <exception cref="ArgumentException">The router has another number of outputs than there are routes, or the experts differ in their classes.</exception>
    public RoutedClassifier(string routerId, IVoter router, ImmutableArray<Route> routes)
    {
        if (router.OutcomeCount != routes.Length)
            throw new ArgumentException($"the router votes over {router.OutcomeCount} routes, but {routes.Length} experts are routed", nameof(routes));
        if (routes.Select(route => route.Voter.OutcomeCount).Distinct().Count() > 1)
            throw new ArgumentException(
                "experts of one mix must vote over the same classes, got "
                + string.Join(", ", routes.Select(route => $"{route.Id}: {route.Voter.OutcomeCount}")), nameof(routes));
        (_routerId, _router, Routes) = (routerId, router, routes);
    }

    /// <summary>One expert alone: plain randomized smoothing.</summary>
    public RoutedClassifier(Route expert) => (_routerId, _router, Routes) = ("", null, [expert]);

    /// <summary>The experts in the order of the router's outputs.</summary>
    public ImmutableArray<Route> Routes { get; }

    /// <summary>Whether a router picks the expert; otherwise there is only one.</summary>
    public bool IsRouted => _router is not null;

    /// <summary>How many classes the experts vote over.</summary>
    public int ClassCount => Routes[0].Voter.OutcomeCount;

    /// <summary>Every function that can vote, the router first.</summary>
    public IEnumerable<FunctionId> Functions =>
        (_router is null ? [] : new[] { _router.FunctionId }).Concat(Routes.Select(route => route.Voter.FunctionId));

    /// <summary>How the failure probability of a certificate of this classifier is split.</summary>
    public AlphaLedger Split(double failureProbability) =>
        IsRouted ? AlphaLedger.Dual(failureProbability) : AlphaLedger.Single(failureProbability);

    /// <summary>
    /// Certifies one input: the router's votes pick and bound the route, the routed expert's votes pick and bound the class. Where the router
    /// abstains no expert is asked.
    /// </summary>
    /// <param name="input">The input x.</param>
    /// <param name="plan">n0, n and α, fixed beforehand.</param>
    /// <param name="seeds">Where the noise comes from.</param>
    /// <param name="progress">Told how many samples are done in all.</param>
    /// <param name="cancellationToken">Stops the work; nothing is claimed then.</param>
    public async Task<Certificate> CertifyAsync(
        GridInput input, CertificationPlan plan, SeedSource seeds, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        AlphaLedger ledger = Split(plan.FailureProbability);
        ulong seed = seeds.SeedFor(input, Functions, ledger);
        StageEvidence? route = null;
        if (_router is not null)
        {
            route = await Certifier.CertifyAsync(
                _routerId, _router, input, RouterStream(seed), plan.Router, ledger[AlphaLedger.Router], progress, cancellationToken);
            if (route.Abstains)
                return Dual.Certify(route, expert: null, ledger, input.Hash);
        }
        int chosen = route?.Selected ?? 0;
        StageEvidence expert = await Certifier.CertifyAsync(
            Routes[chosen].Id, Routes[chosen].Voter, input, ExpertStream(seed, chosen), plan.Expert, ledger[AlphaLedger.Expert],
            OffsetProgress.After(route?.SamplesDrawn ?? 0, progress), cancellationToken);
        return Dual.Certify(route, expert, ledger, input.Hash);
    }

    /// <summary>Predicts without a radius: both binomial tests share α.</summary>
    /// <param name="input">The input x.</param>
    /// <param name="count">Samples of each stage, ≥ 1.</param>
    /// <param name="failureProbability">The probability that the answer is not g(x), in (0, 1).</param>
    /// <param name="seeds">Where the noise comes from.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<RoutedPrediction> PredictAsync(
        GridInput input, int count, double failureProbability, SeedSource seeds, CancellationToken cancellationToken = default)
    {
        AlphaLedger ledger = Split(failureProbability);
        ulong seed = seeds.SeedFor(input, Functions, ledger);
        RoutePrediction route = await PredictRouteAsync(input, count, ledger, seed, cancellationToken);
        if (route.Route is not { } chosen)
            return new(null, route, null);
        (int? outcome, Votes votes) = await Certifier.PredictAsync(
            Routes[chosen].Voter, input, ExpertStream(seed, chosen), count, ledger[AlphaLedger.Expert], cancellationToken);
        return new(outcome, route, votes);
    }

    /// <summary>Predicts the route alone, spending all of α on it.</summary>
    public Task<RoutePrediction> PredictRouteAsync(
        GridInput input, int count, double failureProbability, SeedSource seeds, CancellationToken cancellationToken = default)
    {
        AlphaLedger ledger = AlphaLedger.Of(failureProbability, new AlphaShare(AlphaLedger.Router, failureProbability));
        return PredictRouteAsync(input, count, ledger, seeds.SeedFor(input, Functions, ledger), cancellationToken);
    }

    private async Task<RoutePrediction> PredictRouteAsync(
        GridInput input, int count, AlphaLedger ledger, ulong seed, CancellationToken cancellationToken)
    {
        if (_router is null)
            return new(0, null);
        (int? route, Votes votes) = await Certifier.PredictAsync(
            _router, input, RouterStream(seed), count, ledger[AlphaLedger.Router], cancellationToken);
        return new(route, votes);
    }

    private static NoiseStream RouterStream(ulong seed) => new(seed, 0);

    private static NoiseStream ExpertStream(ulong seed, int route) => new(seed, (uint)route + 1);
}
