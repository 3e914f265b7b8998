using System.Collections.Concurrent;
using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>
/// The registries that a daemon serves one after the other. The next is read, loaded and probed beside the one that is
/// served, and takes its place as a whole; a request keeps the epoch it began with, which goes once the last of them is
/// answered. Where the next one has a fault, nothing changes.
/// </summary>
/// <param name="state">What is served.</param>
/// <param name="loads">Loads and probes an epoch by its number.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The daemon's log.</param>
/// <param name="service">Whoever manages the process; null for nobody.</param>
internal sealed class RegistryEpochs(
    ServingState state, RegistryLoads loads, TimeProvider clock, ILogger log, ServiceNotice? service)
{
    private readonly ConcurrentDictionary<ServedModel, Task> _going = new();
    private int _last;

    /// <summary>Loads the first one; its faults are thrown.</summary>
    public async Task BeginAsync(CancellationToken stopping)
    {
        long started = clock.GetTimestamp();
        ServedModel model = await OpenAsync(stopping);
        state.Serve(model);
        log.Ready(
            clock.GetElapsedTime(started).TotalSeconds, RoutesOf(model), model.Defaults.Selection,
            model.Defaults.Estimation, model.Defaults.FailureProbability);
    }

    /// <summary>Loads another one each time it is asked to, until the daemon stops.</summary>
    public async Task FollowAsync(RegistryChanges changes, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                log.Reloading(await changes.NextAsync(stopping));
                service?.Reloading();
                await NextAsync(stopping);
                service?.Ready($"serving registry epoch {state.Epoch}");
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What is served now is drained with the daemon.
        }
    }

    /// <summary>The drain time is over: every request says what it has, and ends.</summary>
    public void ShutDown()
    {
        foreach (ServedModel model in _going.Keys.Append(state.Current).OfType<ServedModel>()) model.ShutDown();
    }

    /// <summary>Ends all of them; nobody asks any more.</summary>
    public async Task EndAsync()
    {
        if (state.Current is { } last) Retire(last);
        await Task.WhenAll(_going.Values);
    }

    private async Task NextAsync(CancellationToken stopping)
    {
        long started = clock.GetTimestamp();
        try
        {
            ServedModel model = await OpenAsync(stopping);
            ServedModel? before = state.Serve(model);
            log.Reloaded(model.Epoch, clock.GetElapsedTime(started).TotalSeconds, RoutesOf(model));
            if (before is not null) Retire(before);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Whatever is wrong with the next one, the last good one goes on.
            state.Keep();
            log.NotReloaded(state.Epoch, fault.Message);
        }
    }

    // Numbers of epochs that never came are not used again: a version names one registry for good.
    private Task<ServedModel> OpenAsync(CancellationToken stopping) => loads.LoadAsync(++_last, stopping);

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
        log.EpochEnded(model.Epoch);
    }

    private static string RoutesOf(ServedModel model) =>
        string.Join(',', model.Classifier.Routes.Select(route => route.Id));
}
