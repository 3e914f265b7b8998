using System.Security.Cryptography;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>A daemon that serves the bundled registry with a router, for all tests that ask it.</summary>
public sealed class BundledModel : IAsyncLifetime
{
    public const string Name = "a daemon with the bundled models";

    private Deployment? _deployed;
    private RunningDaemon? _daemon;

    internal RunningDaemon Daemon => _daemon!;

    /// <summary>Signs the daemon's records.</summary>
    internal ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal Deployment Deployed => _deployed!;

    // One thread: on a busy machine several wait for each other at every layer.
    public async ValueTask InitializeAsync()
    {
        Surroundings surroundings = Surroundings.OfProcess() with { WorkingFolder = Reference.Root };
        _deployed = await Deployment.OpenAsync(
            new(Path: "models/cifar10/routed.yaml", Threads: 1, Batch: null, Probe: false), expert: null, surroundings,
            CancellationToken.None);
        ServingLimits limits = new();
        _daemon = await RunningDaemon.ReadyAsync(
            limits, ServedModel.Of(_deployed, limits, Key, surroundings), grpc: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        Key.Dispose();
    }
}

[CollectionDefinition(BundledModel.Name)]
public sealed class BundledModelCollection : ICollectionFixture<BundledModel>;
