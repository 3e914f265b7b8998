using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>
/// What a host serves, from the first load until nobody asks any more: registries one after the other, and at the end
/// of the drain time an end to every request.
/// </summary>
internal sealed class ServedRegistry : IAsyncDisposable
{
    private readonly RegistryEpochs _epochs;
    private readonly TimeSpan _drainTime;
    private readonly ITimer _drained;
    private CancellationTokenRegistration _draining;
    private Task _following = Task.CompletedTask;

    /// <summary>Nothing is loaded yet.</summary>
    /// <param name="state">What is served.</param>
    /// <param name="open">Loads and probes the networks of an epoch by its number.</param>
    /// <param name="drainTime">How long requests may take once the host was told to stop.</param>
    /// <param name="loadTime">How long a load may take.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">The daemon's log.</param>
    /// <param name="service">Whoever manages the process; nobody unless told.</param>
    public ServedRegistry(
        ServingState state, Func<int, CancellationToken, Task<ServedModel>> open, TimeSpan drainTime,
        TimeSpan loadTime, TimeProvider clock, ILogger log, ServiceNotice? service = null)
    {
        RegistryLoads loads = new(open, loadTime, clock, log);
        state.HangingLoads = () => loads.Hanging;
        _drainTime = drainTime;
        _epochs = new(state, loads, clock, log, service);
        _drained = clock.CreateTimer(_ => _epochs.ShutDown(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Loads the first registry; its faults are thrown.</summary>
    /// <param name="stopping">Tells that the host is to stop.</param>
    public Task BeginAsync(CancellationToken stopping)
    {
        _draining = stopping.Register(() => _drained.Change(_drainTime, Timeout.InfiniteTimeSpan));
        return _epochs.BeginAsync(stopping);
    }

    /// <summary>Loads the next one whenever it changes, from now on until the host stops.</summary>
    /// <param name="changes">When that is.</param>
    /// <param name="stopping">Tells that the host is to stop.</param>
    public void Follow(RegistryChanges changes, CancellationToken stopping) =>
        _following = _epochs.FollowAsync(changes, stopping);

    /// <summary>Ends all of them; nobody asks any more.</summary>
    public async Task EndAsync()
    {
        await _following;
        await _epochs.EndAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _draining.DisposeAsync();
        await _drained.DisposeAsync();
    }
}
