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
    public static RoutedClassifier Deployed(LoadedRegistry registry, Func<LoadedNetwork, IVoter>? voting = null)
    {
        Func<LoadedNetwork, IVoter> voter = voting ?? (network => network.Voter);
        return Deployed(
            registry.Config,
            id => voter(registry.Router is { } router && router.Id == id ? router : Find(registry, id)));
    }

    /// <summary>The classifier that a registry's routing describes, wherever its networks are.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="voter">The network of an id, as it is asked.</param>
    /// <exception cref="RegistryLoadException">Its routing cannot route between its experts.</exception>
    public static RoutedClassifier Deployed(RegistryConfig config, Func<string, IVoter> voter)
    {
        Route ToRoute(string id) => new(config.Find(id)!.Id, voter(id)) { Pass = config.Find(id)!.Pass };
        RoutingConfig routing = config.Routing;
        if (routing is RoutingConfig.Fixed(var expert))
            return new(ToRoute(expert));
        if (routing is RoutingConfig.Cascade(var order, var thresholds))
            return new([.. order.Select(ToRoute)], new Cascade([.. thresholds]));
        RoutingRule rule = RuleOf(routing);
        if (config.Router is not { } router)
            return new(ToRoute(config.Experts[0].Id));
        if (rule.Objection([.. router.Routes.Select(id => config.Find(id)!.Sigma)]) is { } objection)
            throw new RegistryLoadException(
                [routing.Fault("routing", objection,
                    "a router whose routes ascend in σ, and a bias for each of them")]);
        RoutedClassifier all = new(router.Id, voter(router.Id), [.. router.Routes.Select(ToRoute)], rule);
        return routing.Mix.Count == 0 ? all : all.Restrict([.. routing.Mix]);
    }

    /// <summary>
    /// The classifier that a registry describes, of networks that are not loaded: it says how α is split and what a
    /// certificate draws at most, and cannot be asked for one.
    /// </summary>
    /// <param name="config">The registry.</param>
    /// <param name="expert">One expert alone; null for the registry's routing.</param>
    /// <param name="mix">Only these experts; null for all.</param>
    /// <exception cref="RegistryLoadException">Its routing cannot route between its experts.</exception>
    public static RoutedClassifier Described(
        RegistryConfig config, string? expert = null, IReadOnlyCollection<string>? mix = null)
    {
        int classes = DatasetFacts.Find(config.Dataset)!.Classes;
        IVoter Unloaded(string id) => config.Router is { } router && router.Id == id
            ? new UnloadedNetwork(router, router.Routes.Count)
            : new UnloadedNetwork(config.Find(id)!, config.Find(id)!.Classes ?? classes);
        if (expert is not null)
            return new(new Route(expert, Unloaded(expert)));
        RoutedClassifier whole = Deployed(config, Unloaded);
        return mix is null ? whole : whole.Restrict(mix);
    }

    /// <summary>One expert alone, or a version of it that is not deployed, without a router.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such expert.</exception>
    public static RoutedClassifier Single(LoadedRegistry registry, string expertId)
    {
        LoadedNetwork expert = Find(registry, expertId);
        return Single(expert, expert.Voter);
    }

    /// <summary>One expert alone, as it is asked.</summary>
    public static RoutedClassifier Single(LoadedNetwork expert, IVoter voter) =>
        new(new Route(expert.Id, voter) { Pass = expert.Pass });

    private static LoadedNetwork Find(LoadedRegistry registry, string id) =>
        registry.Experts.Concat(registry.OtherVersions)
            .FirstOrDefault(expert => string.Equals(expert.Id, id, StringComparison.OrdinalIgnoreCase))
        ?? throw new KeyNotFoundException(
            $"no expert '{id}' in {registry.Config.Path}: it has "
            + $"{string.Join(", ", registry.Experts.Select(expert => expert.Id))}");

    /// <summary>
    /// What the registry says about an expert that cannot answer. The part of α it keeps is the same part of every
    /// request's α.
    /// </summary>
    public static FailoverPolicy FailoverOf(RegistryConfig config) =>
        config.Certification is { Failover: FailoverConfig.Reroute(var reserved, var mixes) } terms
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
