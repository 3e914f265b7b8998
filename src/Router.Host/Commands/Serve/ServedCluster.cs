using Router.Cluster.Silos;
using Router.Evaluation;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>
/// The daemon's part in a cluster: it is a gateway from its start to its end, whatever registries it serves meanwhile.
/// Where workers of another build have become more than those that are asked, the registry is served anew with them.
/// </summary>
/// <param name="settings">The cluster, and how the daemon is a member of it.</param>
/// <param name="log">The daemon's log.</param>
/// <param name="clock">The time.</param>
internal sealed class ServedCluster(ClusterSettings settings, ILogger log, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new(), _expelled = new();
    private ClusterGateway? _gateway;
    private volatile ClusterDeployment? _last;
    private Task _watch = Task.CompletedTask;

    /// <summary>Cancelled when the others declared this process dead: the daemon should end.</summary>
    public CancellationToken Expelled => _expelled.Token;

    /// <summary>Joins, and waits until all networks have workers, however long that takes.</summary>
    /// <param name="read">Reads the registry.</param>
    /// <param name="reload">Serves it anew; told why.</param>
    /// <param name="stopping">Gives it up.</param>
    public async Task ArriveAsync(Func<RegistryConfig> read, Action<string> reload, CancellationToken stopping)
    {
        RegistryConfig config = read();
        _gateway = await ClusterGateway.JoinAsync(settings.ToldTo(log), log.OfWorkers, stopping);
        log.JoinedCluster($"{settings.Address}");
        _watch = Task.WhenAll(ExpelledAsync(_gateway), FollowAsync(_gateway, reload));
        await _gateway.WaitAsync(config, ChosenFunction.Needed(config, expert: null), stopping);
    }

    /// <summary>A registry, of which every network has a worker.</summary>
    /// <exception cref="BadInputException">One has none.</exception>
    public async Task<Deployment> OpenAsync(RegistryConfig config, CancellationToken stopping)
    {
        _last = await _gateway!.OpenAsync(config, expert: null, mix: null, stopping);
        return _last.Deployed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_gateway is not null) await _gateway.DisposeAsync();
        _over.Dispose();
        _expelled.Dispose();
    }

    private async Task ExpelledAsync(ClusterGateway gateway)
    {
        log.GatewayExpelled(await gateway.Expelled.WaitAsync(_over.Token));
        await _expelled.CancelAsync();
    }

    private async Task FollowAsync(ClusterGateway gateway, Action<string> reload)
    {
        RollOut rollOut = new(clock);
        while (true)
        {
            await Task.Delay(LookEvery, clock, _over.Token);
            ClusterDeployment? served = _last;
            if (served is not null) gateway.TellMisfits(served.Deployed.Config, served.Networks, gateway.Members);
            string outgrown = string.Join(", ", served?.Outgrown(gateway.Members) ?? []);
            if (rollOut.IsDue(served, outgrown)) reload($"workers of another function have become more: {outgrown}");
        }
    }
}
