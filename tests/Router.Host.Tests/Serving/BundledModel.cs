using Router.Host.Cli;
using Router.Host.Serving;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>A daemon that serves the repository's own registry, for all tests that ask it.</summary>
public sealed class BundledModel : IAsyncLifetime
{
    public const string Name = "a daemon with the bundled models";

    private Workbench? _bench;
    private RunningDaemon? _daemon;

    internal RunningDaemon Daemon => _daemon!;

    internal Workbench Bench => _bench!;

    // One thread: on a busy machine several wait for each other at every layer.
    public async ValueTask InitializeAsync()
    {
        Surroundings surroundings = Surroundings.OfProcess() with { WorkingFolder = Reference.Root };
        _bench = await Workbench.OpenAsync(new(Path: null, Threads: 1, Batch: null, Probe: false), expert: null, surroundings, CancellationToken.None);
        ServingLimits limits = new();
        _daemon = await RunningDaemon.ReadyAsync(limits, ServedModel.Of(_bench, limits, surroundings));
    }

    public ValueTask DisposeAsync() => _daemon?.DisposeAsync() ?? default;
}

[CollectionDefinition(BundledModel.Name)]
public sealed class BundledModelCollection : ICollectionFixture<BundledModel>;
