using System.Collections.Immutable;
using Router.Engine;
using Router.Experts.Loading;
using Router.Experts.Registry.Binding;
using Router.Experts.Registry.Yaml;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry;

/// <summary>Reads a registry (experts.yaml): a config, or all faults of the file together.</summary>
public static class RegistryReader
{
    private const string RootAccepted = "a mapping with dataset and experts";

    /// <summary>Keys of the root that start so are the author's own, for anchors.</summary>
    private const string FreeKeys = "x-";

    /// <summary>
    /// Reads the file and looks at the files it names: those of networks that are loaded exist, and have the stated
    /// hashes.
    /// </summary>
    /// <param name="path">The registry. Relative paths in it start at its folder.</param>
    /// <param name="allowed">Where those files may lie; anywhere unless told.</param>
    /// <param name="moved">
    /// Where checkpoints lie instead of where it names them, by absolute path; nowhere else unless told.
    /// </param>
    /// <param name="loaded">The ids of the networks that are loaded; all unless told.</param>
    public static RegistryReading Read(
        string path, ModelFolders? allowed = null, IReadOnlyDictionary<string, string>? moved = null,
        IReadOnlyCollection<string>? loaded = null)
    {
        FaultList faults = new(path);
        string? text = YamlText.ReadFile(path, faults);
        return text is null ? Reading(config: null, faults)
            : Read(text, path, faults, lookAtFiles: true, allowed, moved, loaded);
    }

    /// <summary>Reads a text as if it were the file at <paramref name="path"/>, and looks at no file.</summary>
    public static RegistryReading ReadText(string text, string path) =>
        Read(text, path, new FaultList(path), lookAtFiles: false);

    private static RegistryReading Read(
        string text, string path, FaultList faults, bool lookAtFiles, ModelFolders? allowed = null,
        IReadOnlyDictionary<string, string>? moved = null, IReadOnlyCollection<string>? loaded = null)
    {
        if (YamlText.Root(text, faults, RootAccepted) is not { } root)
            return Reading(config: null, faults);
        string fullPath = Path.GetFullPath(path);
        BindingContext context = new(Path.GetDirectoryName(fullPath) ?? fullPath, faults)
        {
            Moved = moved ?? ImmutableDictionary<string, string>.Empty,
        };
        RegistryConfig config = Bind(root, fullPath, context);
        if (lookAtFiles)
            RegistryChecks.Run(
                context.Claims, context.Folder, allowed, loaded is null ? null : FilesOf(config, loaded), faults);
        return Reading(config, faults);
    }

    private static RegistryConfig Bind(YamlMappingNode node, string path, BindingContext context)
    {
        YamlMap root = new(node, "", context.Faults);
        Field? dataset = root.Required("dataset", "the name of a data set");
        context.Dataset = dataset?.Choice([.. DatasetFacts.All.Select(facts => facts.Name)]) is { } name
            ? DatasetFacts.Find(name) : null;
        ValueArray<ExpertConfig> experts = ExpertBinder.Bind(
            root.Required("experts", "a list of at least one expert"), context,
            out ValueArray<ExpertConfig> otherVersions);
        Field? routerField = root.Optional("router", "{ checkpoint, architecture, sigma, input, routes }");
        RouterConfig? router = RouterBinder.Bind(routerField, experts, context);
        Field? routingField = root.Optional("routing", RoutingBinder.Accepted);
        RoutingConfig routing = RoutingBinder.Bind(routingField, experts, router, context.Dataset);
        if (routing.UsesRouter && routerField is null && experts.Count > 1)
            context.Faults.Add(routingField?.Location ?? root.Location, "routing",
                $"{routing.Kind} routing over {experts.Count} experts has no router",
                "a router, one expert alone, or routing of kind cascade or fixed");
        WarnOfRouter(router, routing, experts, context.Faults);
        RegistryConfig config = new()
        {
            Path = path,
            Dataset = context.Dataset?.Name ?? "",
            Router = router,
            Experts = experts,
            OtherVersions = otherVersions,
            Devices = DevicesBinder.Bind(root.Optional("devices", DevicesBinder.Accepted)),
            Routing = routing,
            Certification = CertificationBinder.Bind(
                root.Optional("certification", CertificationBinder.Accepted), experts, routing, router is not null),
        };
        root.Close(FreeKeys);
        return config;
    }

    private static HashSet<string> FilesOf(RegistryConfig config, IReadOnlyCollection<string> networks) =>
    [
        .. networks.Select(config.FindNetwork).OfType<NetworkConfig>().SelectMany(
            network => network.Members.Select(member => member.CheckpointPath).Append(network.CardPath))
            .OfType<string>(),
    ];

    private static void WarnOfRouter(
        RouterConfig? router, RoutingConfig routing, ValueArray<ExpertConfig> experts, FaultList faults)
    {
        if (router is null)
            return;
        if (routing.UsesRouter)
            RouterBinder.WarnOfCap(router, experts, faults);
        else
            faults.Warn(router.Location, "router", $"routing of kind {routing.Kind} does not use the router",
                "no router, or another routing kind");
    }

    private static RegistryReading Reading(RegistryConfig? config, FaultList faults) => new()
    {
        Config = faults.Any ? null : config,
        Faults = faults.Of(FaultLevel.Fault),
        Warnings = faults.Of(FaultLevel.Warning),
    };
}
