using System.Collections.Immutable;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>A registry whose networks are loaded and can vote.</summary>
public sealed class LoadedRegistry : IDisposable
{
    private readonly IReadOnlyList<DevicePlace> _places;

    internal LoadedRegistry(
        RegistryConfig config, DatasetFacts dataset, LoadedNetwork? router, ImmutableArray<LoadedNetwork> experts,
        ImmutableArray<LoadedNetwork> otherVersions, IReadOnlyList<DevicePlace> places)
    {
        (Config, Dataset, Router) = (config, dataset, router);
        (Experts, OtherVersions, _places) = (experts, otherVersions, places);
    }

    /// <summary>What was written.</summary>
    public RegistryConfig Config { get; }

    /// <summary>The data set: image shape and classes.</summary>
    public DatasetFacts Dataset { get; }

    /// <summary>The variance estimator; null where the registry has none.</summary>
    public LoadedNetwork? Router { get; }

    /// <summary>
    /// The experts: in the order of the router's routes where there is a router, otherwise as written.
    /// </summary>
    public ImmutableArray<LoadedNetwork> Experts { get; }

    /// <summary>Versions of experts that are not deployed; empty where they were not to be loaded.</summary>
    public ImmutableArray<LoadedNetwork> OtherVersions { get; }

    /// <summary>The router, where there is one, the experts, and versions of theirs that are not deployed.</summary>
    public IEnumerable<LoadedNetwork> Networks =>
        (Router is null ? Experts : Experts.Prepend(Router)).Concat(OtherVersions);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The lanes finish what was asked for before its networks go.
        foreach (DevicePlace place in _places) place.Dispose();
        foreach (LoadedNetwork network in Networks) network.Dispose();
        NativeHeap.ReturnFreedMemory();
    }
}
