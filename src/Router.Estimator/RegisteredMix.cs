using Router.Experts.Loading;
using Router.Experts.Registry;

namespace Router.Estimator;

/// <summary>The classifiers that a loaded registry can serve.</summary>
public static class RegisteredMix
{
    /// <summary>The classifier the registry's routing describes.</summary>
    /// <exception cref="RegistryLoadException">Its routing or failover kind cannot run in this version.</exception>
    public static RoutedClassifier Deployed(LoadedRegistry registry) => registry.Config.Routing switch
    {
        _ when registry.Config.Certification.Failover is not FailoverConfig.Refuse => throw new RegistryLoadException(
            [registry.Config.Certification.Failover.Fault("certification", "failover by rerouting is not available in this version", "failover: refuse")]),
        RoutingConfig.Fixed(var expert) => Single(registry, expert),
        RoutingConfig.MostVoted when registry.Router is { } router =>
            new(router.Id, router.Voter, [.. registry.Experts.Select(ToRoute)]),
        RoutingConfig.MostVoted => new(ToRoute(registry.Experts[0])),
        var other => throw new RegistryLoadException(
            [other.Fault("routing", $"kind {other.Kind} is not available in this version", $"{RoutingKinds.MostVoted}, {RoutingKinds.Fixed}")]),
    };

    /// <summary>One expert alone, without a router.</summary>
    /// <exception cref="KeyNotFoundException">The registry has no such expert.</exception>
    public static RoutedClassifier Single(LoadedRegistry registry, string expertId) => new(ToRoute(
        registry.Experts.FirstOrDefault(expert => string.Equals(expert.Id, expertId, StringComparison.OrdinalIgnoreCase))
        ?? throw new KeyNotFoundException(
            $"no expert '{expertId}' in {registry.Config.Path}: it has {string.Join(", ", registry.Experts.Select(expert => expert.Id))}")));

    private static Route ToRoute(Expert expert) => new(expert.Id, expert.Voter);
}
