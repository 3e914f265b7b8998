using System.Collections.Concurrent;
using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>
/// The registries that a daemon serves one after the other. The next is read, loaded and probed beside the one that is
/// served, and takes its place as a whole; a request keeps the epoch it began with, which goes once the last of them is
/// answered. Where the next one has a fault, nothing changes.
/// </summary>
internal sealed class RegistryEpochs : IAsyncDisposable
{
    private readonly ServingState _state;
    private readonly RegistryLoads _loads;
    private readonly TimeSpan _drainTime;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ServiceNotice? _service;
    private readonly ConcurrentDictionary<ServedModel, Task> _going = new();
    private readonly ITimer _drained;
    private CancellationTokenRegistration _draining;
    private Task _following = Task.CompletedTask;
    private int _last;

    /// <summary>Nothing is loaded yet.</summary>
    /// <param name="state">What is served.</param>
    /// <param name="open">Loads and probes the networks of an epoch by its number.</param>
    /// <param name="drainTime">How long requests may take once the host was told to stop.</param>
    /// <param name="loadTime">How long a load may take.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">The daemon's log.</param>
    /// <param name="service">Whoever manages the process; nobody unless told.</param>
    public RegistryEpochs(
        ServingState state, Func<int, CancellationToken, Task<ServedModel>> open, TimeSpan drainTime,
        TimeSpan loadTime, TimeProvider clock, ILogger log, ServiceNotice? service = null)
    {
        (_state, _drainTime, _clock, _log, _service) = (state, drainTime, clock, log, service);
        _loads = new(open, loadTime, clock, log);
        state.HangingLoads = () => _loads.Hanging;
        _drained = clock.CreateTimer(_ => ShutDown(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Loads the first one; its faults are thrown.</summary>
    /// <param name="stopping">
    /// Tells that the host is to stop: at the end of the drain time every request says what it has, and ends.
    /// </param>
    public async Task BeginAsync(CancellationToken stopping)
    {
        _draining = stopping.Register(() => _drained.Change(_drainTime, Timeout.InfiniteTimeSpan));
        long started = _clock.GetTimestamp();
        ServedModel model = await OpenAsync(stopping);
        _state.Serve(model);
        _log.Ready(
            _clock.GetElapsedTime(started).TotalSeconds, RoutesOf(model), model.Defaults.Selection,
            model.Defaults.Estimation, model.Defaults.FailureProbability);
    }

    /// <summary>Loads the next one whenever it changes, from now on until the host stops.</summary>
    /// <param name="changes">When that is.</param>
    /// <param name="stopping">Tells that the host is to stop.</param>
    public void Follow(RegistryChanges changes, CancellationToken stopping) =>
        _following = FollowAsync(changes, stopping);

    /// <summary>Ends all of them; nobody asks any more.</summary>
    public async Task EndAsync()
    {
        await _following;
        if (_state.Current is { } last) Retire(last);
        await Task.WhenAll(_going.Values);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _draining.DisposeAsync();
        await _drained.DisposeAsync();
    }

    private async Task FollowAsync(RegistryChanges changes, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                _log.Reloading(await changes.NextAsync(stopping));
                _service?.Reloading();
                await NextAsync(stopping);
                _service?.Ready($"serving registry epoch {_state.Epoch}");
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is served now is drained with the daemon.
        }
    }

    private void ShutDown()
    {
        foreach (ServedModel model in _going.Keys.Append(_state.Current).OfType<ServedModel>()) model.ShutDown();
    }

    private async Task NextAsync(CancellationToken stopping)
    {
        long started = _clock.GetTimestamp();
        try
        {
            ServedModel model = await OpenAsync(stopping);
            ServedModel? before = _state.Serve(model);
            _log.Reloaded(model.Epoch, _clock.GetElapsedTime(started).TotalSeconds, RoutesOf(model));
            if (before is not null) Retire(before);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Whatever is wrong with the next one, the last good one goes on.
            _state.Keep();
            _log.NotReloaded(_state.Epoch, fault.Message);
        }
    }

    // Numbers of epochs that never came are not used again: a version names one registry for good.
    private Task<ServedModel> OpenAsync(CancellationToken stopping) => _loads.LoadAsync(++_last, stopping);

    private void Retire(ServedModel model)
    {
        Task ended = EndAsync(model);
        _going[model] = ended;
        _ = ended.ContinueWith(_ => _going.TryRemove(model, out Task? _), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private async Task EndAsync(ServedModel model)
    {
        await Task.Yield();
        await model.Uses.EndAsync();
        await model.DisposeAsync();
        _log.EpochEnded(model.Epoch);
    }

    private static string RoutesOf(ServedModel model) =>
        string.Join(',', model.Classifier.Routes.Select(route => route.Id));
}
