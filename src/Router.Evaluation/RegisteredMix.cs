using System.Collections.Immutable;
using Router.Estimator;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Smoothing;
using Router.Votes;

namespace Router.Evaluation;

/// <summary>The classifiers that a loaded registry can serve.</summary>
public static class RegisteredMix
{
    /// <summary>The classifier the registry's routing describes.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="voting">How a network is asked; directly unless told.</param>
    /// <exception cref="RegistryLoadException">Its routing cannot route between its experts.</exception>
    public static RoutedClassifier Deployed(LoadedRegistry registry, Func<Expert, IVoter>? voting = null)
    {
        Func<Expert, IVoter> voter = voting ?? (network => network.Voter);
        return Deployed(
            registry.Config, registry.Router?.Id, [.. registry.Experts.Select(expert => expert.Id)],
            id => voter(registry.Router is { } router && router.Id == id ? router : Find(registry, id)));
    }

    /// <summary>The classifier that a registry's routing describes, wherever its networks are.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="router">The id of its router; null where none votes.</param>
    /// <param name="experts">The ids of its experts, in the order of the router's routes where there is one.</param>
    /// <param name="voter">The network of an id, as it is asked.</param>
    /// <exception cref="RegistryLoadException">Its routing cannot route between its experts.</exception>
    public static RoutedClassifier Deployed(
        RegistryConfig config, string? router, ImmutableArray<string> experts, Func<string, IVoter> voter)
    {
        Route ToRoute(string id) => new(config.Find(id)!.Id, voter(id)) { Pass = config.Find(id)!.Pass };
        RoutingConfig routing = config.Routing;
        if (routing is RoutingConfig.Fixed(var expert))
            return new(ToRoute(expert));
        if (routing is RoutingConfig.Cascade(var order, var thresholds))
            return new([.. order.Select(ToRoute)], new Cascade([.. thresholds]));
        RoutingRule rule = RuleOf(routing);
        if (router is null)
            return new(ToRoute(experts[0]));
        if (rule.Objection([.. experts.Select(id => config.Find(id)!.Sigma)]) is { } objection)
            throw new RegistryLoadException(
                [routing.Fault("routing", objection,
                    "a router whose routes ascend in σ, and a bias for each of them")]);
        RoutedClassifier all = new(router, voter(router), [.. experts.Select(ToRoute)], rule);
        return routing.Mix.Count == 0 ? all : all.Restrict([.. routing.Mix]);
    }

    /// <summary>One expert alone, without a router.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such expert.</exception>
    public static RoutedClassifier Single(LoadedRegistry registry, string expertId)
    {
        Expert expert = Find(registry, expertId);
        return new(new Route(expert.Id, expert.Voter) { Pass = expert.Pass });
    }

    private static Expert Find(LoadedRegistry registry, string id) =>
        registry.Experts.FirstOrDefault(expert => string.Equals(expert.Id, id, StringComparison.OrdinalIgnoreCase))
        ?? throw new KeyNotFoundException(
            $"no expert '{id}' in {registry.Config.Path}: it has "
            + $"{string.Join(", ", registry.Experts.Select(expert => expert.Id))}");

    /// <summary>
    /// What the registry says about an expert that cannot answer. The part of α it keeps is the same part of every
    /// request's α.
    /// </summary>
    public static FailoverPolicy FailoverOf(LoadedRegistry registry) =>
        registry.Config.Certification is { Failover: FailoverConfig.Reroute(var reserved, var mixes) } terms
        ? new FailoverPolicy.Reroute(
            (double)(reserved / terms.FailureProbability), [.. mixes.Select(mix => mix.ToImmutableArray())])
        : new FailoverPolicy.Refuse();

    private static RoutingRule RuleOf(RoutingConfig routing) => routing switch
    {
        RoutingConfig.MostVoted => new RoutingRule.MostVoted(),
        RoutingConfig.Quantile(var tau) => new RoutingRule.Quantile(tau),
        RoutingConfig.Biased(var bias) => new RoutingRule.Biased([.. bias]),
        _ => throw new ArgumentException($"routing by {routing.Kind} needs no rule", nameof(routing)),
    };
}
