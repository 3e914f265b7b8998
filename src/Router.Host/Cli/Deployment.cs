using System.Collections.Immutable;
using Router.Cluster;
using Router.Engine;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Registry.Yaml;
using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>A registry, loaded and probed, and the classifier that it deploys.</summary>
internal sealed class Deployment : IDisposable
{
    // At load a card's accuracy is checked on a few images: enough to see a wrong input layer, quick enough not to be
    // switched off.
    private const int ProbeImages = 100;

    private readonly LoadedRegistry? _registry;
    private readonly IDisposable? _owned;

    private Deployment(LoadedRegistry registry, RoutedClassifier classifier)
        : this(registry.Config, classifier, registry.Networks.First().Properties, registry) => _registry = registry;

    private Deployment(
        RegistryConfig config, RoutedClassifier classifier, IReadOnlyDictionary<string, string> engine,
        IDisposable? owned) => (Config, Classifier, Engine, _owned) = (config, classifier, engine, owned);

    /// <summary>The loaded registry.</summary>
    /// <exception cref="InvalidOperationException">Its networks are elsewhere.</exception>
    public LoadedRegistry Registry =>
        _registry ?? throw new InvalidOperationException("the networks are not in this process");

    /// <summary>The registry as it was written.</summary>
    public RegistryConfig Config { get; }

    /// <summary>The data set's shape and classes.</summary>
    public DatasetFacts Dataset => DatasetFacts.Find(Config.Dataset)!;

    /// <summary>The networks that are elsewhere, by their ids; none where they are in this process.</summary>
    public ImmutableDictionary<string, RemoteVoter> Remote { get; private init; } =
        ImmutableDictionary<string, RemoteVoter>.Empty;

    /// <summary>What makes the votes, by component: properties of a network's function.</summary>
    public IReadOnlyDictionary<string, string> Engine { get; }

    /// <summary>
    /// What it serves, or the one expert or the mix that was asked for. It cannot be asked where only some networks are
    /// loaded (<see cref="RegistryRequest.Only"/>).
    /// </summary>
    public RoutedClassifier Classifier { get; }

    /// <summary>Reads, loads and probes.</summary>
    /// <param name="request">Which registry.</param>
    /// <param name="expert">One expert alone, or null for the registry's routing.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="cancellationToken">Stops between networks.</param>
    /// <exception cref="BadInputException">
    /// The registry has faults, or a network does not answer as its card says.
    /// </exception>
    public static Task<Deployment> OpenAsync(
        RegistryRequest request, string? expert, Surroundings surroundings, CancellationToken cancellationToken) =>
        LoadAsync(ReadRegistry(request, surroundings), request, expert, surroundings, cancellationToken);

    /// <summary>
    /// The same of a registry that was read: what else was named can be looked at between. Of some of its experts where
    /// a mix is named.
    /// </summary>
    /// <exception cref="BadInputException">Also where the mix is none of its experts.</exception>
    public static async Task<Deployment> LoadAsync(
        RegistryConfig config, RegistryRequest request, string? expert, Surroundings surroundings,
        CancellationToken cancellationToken, string[]? mix = null)
    {
        CheckAsked(config, expert, mix);
        foreach (string id in request.Only ?? [])
            CheckKnown(
                "--experts", "network", id, config.Networks.Concat(config.OtherVersions).Select(one => one.Id), config);
        IReadOnlyCollection<string>? only = expert is null ? request.Only : [expert];
        RegistryLoader loader = new(Machine.Detect(request.Threads))
        {
            MostBatch = request.MostBatch ?? int.MaxValue,
        };
        LoadedRegistry registry = loader.Load(config, only, request.Batch, request.Versions);
        try
        {
            if (request.Probe)
                await ProbeAsync(registry, surroundings, cancellationToken);
            if (expert is not null)
                return new(registry, RegisteredMix.Single(registry, expert));
            if (request.Only is not null)
                return new(registry, RegisteredMix.Described(config));
            RoutedClassifier whole = RegisteredMix.Deployed(registry);
            return new(registry, mix is null ? whole : whole.Restrict(mix));
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    /// <summary>Refuses experts that a registry does not have, before any network is loaded.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="expert">What --expert names; null for nothing.</param>
    /// <param name="mix">What --mix names; null for nothing.</param>
    /// <exception cref="BadInputException">It has no such expert, or both are named.</exception>
    public static void CheckAsked(RegistryConfig config, string? expert, string[]? mix)
    {
        if (expert is not null && mix is not null)
            throw new BadInputException("--expert asks one expert alone and --mix several: accepted is one of the two");
        if (expert is not null)
            CheckKnown("--expert", "expert", expert,
                config.Experts.Concat(config.OtherVersions).Select(known => known.Id), config);
        if (mix is not null && Restriction.ObjectionById(config.Answering, mix) is { } objection)
            throw new BadInputException($"--mix {string.Join(',', mix)}: {objection}");
    }

    /// <summary>Refuses an id that is none of a registry's.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="what">What it names.</param>
    /// <param name="id">The id.</param>
    /// <param name="known">The registry's.</param>
    /// <param name="config">The registry.</param>
    /// <exception cref="BadInputException">The registry has none of that id.</exception>
    public static void CheckKnown(
        string option, string what, string id, IEnumerable<string> known, RegistryConfig config)
    {
        string[] ids = [.. known];
        if (!ids.Contains(id, StringComparer.OrdinalIgnoreCase))
            throw new BadInputException(
                $"{option} {id}: there is no such {what} in {config.Path}; {Spelling.OneOf(id, ids)}");
    }

    /// <summary>A registry whose networks are elsewhere.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="classifier">What it serves.</param>
    /// <param name="engine">What makes the votes, by component.</param>
    /// <param name="voters">Its networks by their ids.</param>
    public static Deployment Elsewhere(
        RegistryConfig config, RoutedClassifier classifier, IReadOnlyDictionary<string, string> engine,
        ImmutableDictionary<string, RemoteVoter> voters) =>
        new(config, classifier, engine, owned: null) { Remote = voters };

    /// <summary>Reads and checks a registry without loading it; its warnings are printed.</summary>
    /// <exception cref="BadInputException">The registry has faults: all of them.</exception>
    public static RegistryConfig ReadRegistry(RegistryRequest request, Surroundings surroundings)
    {
        RegistryReading reading = RegistryReader.Read(
            RegistryPath(request.Path, surroundings), request.Folders, request.Moved, request.Only);
        foreach (RegistryFault warning in reading.Warnings)
            surroundings.Warn(warning.ToString());
        RegistryConfig config = reading.Config ?? throw new BadInputException(
            $"the registry has {reading.Faults.Count} "
            + $"fault{(reading.Faults.Count == 1 ? "" : "s")}:\n{string.Join('\n', reading.Faults)}");
        return request.Device is { } device ? config with { Devices = config.Devices.Only(device) } : config;
    }

    /// <summary>The registry asked for, else ./experts.yaml, else the bundled one.</summary>
    public static string RegistryPath(string? asked, Surroundings surroundings)
    {
        const string Name = "experts.yaml";
        if (asked is not null) return surroundings.Resolve(asked);
        string here = surroundings.Resolve(Name);
        return File.Exists(here) || surroundings.InstallationFolder is not { } home ? here : Path.Combine(home, Name);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    private static async Task ProbeAsync(
        LoadedRegistry registry, Surroundings surroundings, CancellationToken cancellationToken)
    {
        CardProbes probes = new((dataset, split) => DataSets.Find(dataset, split, surroundings));
        List<ProbeResult> failed = [];
        foreach (LoadedNetwork network in registry.Networks)
        {
            foreach (ModelCard card in network.Cards.OfType<ModelCard>()
                .Where(card => card.Sigma != network.Config.Sigma).DistinctBy(card => card.Sigma))
                surroundings.Error.MarkupLine(
                    $"[yellow]{Markup.Escape(network.Id)}: smoothed with σ = {network.Config.Sigma}, trained with "
                    + $"{card.Sigma}: sound, but is it meant?[/]");
            failed.AddRange((await probes.RunAsync(network, ProbeImages, accuracyDraws: 1, cancellationToken))
                .Where(result => result.Verdict == ProbeVerdict.Failed));
            if (network.Config.Load == LoadPolicy.Lazy)
                await network.UnloadAsync(cancellationToken);
        }
        if (failed.Count > 0)
            throw new BadInputException(
                "networks do not answer as their model cards say (wrong weights, input layer or σ?):\n"
                + string.Join('\n', failed.Select(result => $"{result.Id}: {result.Probe}: {result.Finding}")));
    }
}
