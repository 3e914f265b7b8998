using Router.Engine;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>A registry, loaded and probed, and the classifier that it deploys.</summary>
internal sealed class Deployment : IDisposable
{
    // At load a card's accuracy is checked on a few images: enough to see a wrong input layer, quick enough not to be
    // switched off.
    private const int ProbeImages = 100;

    private Deployment(LoadedRegistry registry, RoutedClassifier classifier) =>
        (Registry, Classifier) = (registry, classifier);

    /// <summary>The loaded registry.</summary>
    public LoadedRegistry Registry { get; }

    /// <summary>What it serves, or the one expert or the mix that was asked for.</summary>
    public RoutedClassifier Classifier { get; }

    /// <summary>Reads, loads and probes.</summary>
    /// <param name="request">Which registry.</param>
    /// <param name="expert">One expert alone, or null for the registry's routing.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="cancellationToken">Stops between networks.</param>
    /// <param name="mix">Only these experts, or null for all.</param>
    /// <exception cref="InputFault">The registry has faults, a network does not answer as its card says, or the mix is
    /// none of its experts.</exception>
    public static async Task<Deployment> OpenAsync(
        RegistryRequest request, string? expert, Surroundings surroundings, CancellationToken cancellationToken,
        string[]? mix = null)
    {
        if (expert is not null && mix is not null)
            throw new InputFault("--expert asks one expert alone and --mix several: accepted is one of the two");
        RegistryConfig config = ReadRegistry(request, surroundings);
        LoadedRegistry registry =
            new RegistryLoader(Machine.Detect(request.Threads)).Load(config, expert, request.Batch);
        try
        {
            if (request.Probe)
                await ProbeAsync(registry, surroundings, cancellationToken);
            return new(registry, expert is null ? Restricted(RegisteredMix.Deployed(registry), mix)
                : RegisteredMix.Single(registry, expert));
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    private static RoutedClassifier Restricted(RoutedClassifier classifier, string[]? mix) =>
        mix is null ? classifier
        : Restriction.Objection(classifier.Routes, mix) is { } objection
            ? throw new InputFault($"--mix {string.Join(',', mix)}: {objection}")
        : classifier.Restrict(mix);

    /// <summary>Reads and checks a registry without loading it; its warnings are printed.</summary>
    /// <exception cref="InputFault">The registry has faults: all of them.</exception>
    public static RegistryConfig ReadRegistry(RegistryRequest request, Surroundings surroundings)
    {
        RegistryReading reading = RegistryReader.Read(RegistryPath(request.Path, surroundings), request.Folders);
        foreach (RegistryFault warning in reading.Warnings)
            surroundings.Error.MarkupLine($"[yellow]{Markup.Escape(warning.ToString())}[/]");
        return reading.Config ?? throw new InputFault(
            $"the registry has {reading.Faults.Count} "
            + $"fault{(reading.Faults.Count == 1 ? "" : "s")}:\n{string.Join('\n', reading.Faults)}");
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
    public void Dispose() => Registry.Dispose();

    private static async Task ProbeAsync(
        LoadedRegistry registry, Surroundings surroundings, CancellationToken cancellationToken)
    {
        CardProbes probes = new((dataset, split) => DataSets.Find(dataset, split, surroundings));
        List<ProbeResult> failed = [];
        foreach (Expert network in registry.Networks)
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
            throw new InputFault(
                "networks do not answer as their model cards say (wrong weights, input layer or σ?):\n"
                + string.Join('\n', failed.Select(result => $"{result.Id}: {result.Probe}: {result.Finding}")));
    }
}
