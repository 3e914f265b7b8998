using System.Collections.Immutable;
using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>Which mixes are tried, and how each is routed.</summary>
/// <param name="Mixes">Experts of each mix by the place of their networks, ascending.</param>
/// <param name="Quantiles">τ of quantile routing.</param>
/// <param name="Thresholds">τ of cascades; the same for all stages.</param>
internal sealed record MixPlan(
    ImmutableArray<ImmutableArray<int>> Mixes, ImmutableArray<decimal> Quantiles, ImmutableArray<decimal> Thresholds)
{
    /// <summary>Cascades by the places of their experts in the order asked, beside those of every mix.</summary>
    public ImmutableArray<(ImmutableArray<int> Stages, Cascade Cascade)> Cascades { get; init; } = [];

    /// <summary>Up to so many experts every subset is a mix; of more, those that are named.</summary>
    public const int MostExperts = 10;

    /// <summary>Up to so many mixes of networks with thresholds are tried; of more, those that are named.</summary>
    public const int MostMixes = 1500;

    /// <summary>τ unless told otherwise: the whole curve.</summary>
    public static readonly ImmutableArray<decimal> UsualQuantiles = [
        0.05m, 0.1m, 0.2m, 0.3m, 0.4m, 0.5m, 0.6m, 0.7m, 0.8m, 0.9m, 0.95m];

    /// <summary>Thresholds of cascades unless told otherwise.</summary>
    public static readonly ImmutableArray<decimal> UsualThresholds = [0.5m, 0.6m, 0.7m, 0.8m, 0.9m, 0.95m];

    /// <summary>Every subset of two experts or more, the smallest first.</summary>
    /// <param name="experts">How many there are, at most <see cref="MostExperts"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more.</exception>
    public static ImmutableArray<ImmutableArray<int>> EverySubset(int experts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(experts, MostExperts);
        return [.. Enumerable.Range(0, 1 << experts)
            .Select(mask => Enumerable.Range(0, experts).Where(k => (mask >> k & 1) == 1).ToImmutableArray())
            .Where(mix => mix.Length >= 2).OrderBy(mix => mix.Length)];
    }

    /// <summary>The quantile rules.</summary>
    internal IEnumerable<RoutingRule.Quantile> Rules => Quantiles.Select(tau => new RoutingRule.Quantile(tau));
}
