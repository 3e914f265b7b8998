using Router.Engine;
using Router.Experts.Loading;

namespace Router.Experts.Registry;

/// <summary>
/// What a registry file says, checked but not yet built. Two are equal when they say the same, wherever the lines
/// stand.
/// </summary>
public sealed record RegistryConfig
{
    /// <summary>The model name of the routed answer over HTTP; no expert may take it.</summary>
    public const string RoutedModel = "dualrs";

    /// <summary>Absolute path of the registry file.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Name of the data set (<see cref="DatasetFacts"/>): label names, input shape, standard constants.
    /// </summary>
    public required string Dataset { get; init; }

    /// <summary>Null where one expert stands alone, or the routing kind needs none.</summary>
    public RouterConfig? Router { get; init; }

    /// <summary>In the order written, at least one; of an expert with versions the one that is deployed.</summary>
    public required ValueArray<ExpertConfig> Experts { get; init; }

    /// <summary>Versions of experts that are not deployed: who names one is answered by it alone.</summary>
    public ValueArray<ExpertConfig> OtherVersions { get; init; } = [];

    /// <summary>Where networks may live.</summary>
    public required DevicesConfig Devices { get; init; }

    /// <summary>How votes over routes become a route.</summary>
    public required RoutingConfig Routing { get; init; }

    /// <summary>Confidence and sample counts.</summary>
    public required CertificationConfig Certification { get; init; }

    /// <summary>The networks, the router first where the routing uses it, then every expert as written.</summary>
    public IEnumerable<NetworkConfig> Networks =>
        Router is { } router && Routing.UsesRouter ? [router, .. Experts] : Experts;

    /// <summary>
    /// Every network that is named: also a router that the routing does not use, and versions that are not deployed.
    /// </summary>
    public IEnumerable<NetworkConfig> AllNetworks =>
        (Router is { } router ? Experts.Prepend<NetworkConfig>(router) : Experts).Concat(OtherVersions);

    /// <summary>The experts that may answer, in the order of the routes or stages; one where nothing routes.</summary>
    public IReadOnlyList<string> Answering => Routing switch
    {
        RoutingConfig.Fixed(var expert) => [expert],
        RoutingConfig.Cascade(var order, _) => order,
        _ when Router is not { } => [Experts[0].Id],
        { Mix: { Count: > 0 } mix } =>
            [.. Router.Routes.Where(route => mix.Contains(route, StringComparer.OrdinalIgnoreCase))],
        _ => Router.Routes,
    };

    /// <summary>The expert or version of that id, compared without case; null where there is none.</summary>
    public ExpertConfig? Find(string id) => FindNetwork(id) as ExpertConfig;

    /// <summary>
    /// The expert, version, or router that the routing uses, of that id, compared without case; null where there is
    /// none.
    /// </summary>
    public NetworkConfig? FindNetwork(string id) => Networks.Concat(OtherVersions).FirstOrDefault(
        network => string.Equals(network.Id, id, StringComparison.OrdinalIgnoreCase));
}
