using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Loads registries, each within a time limit. What has not come back by then, out of a file on a mount that is gone or
/// out of a network's own code, cannot be ended within a process: its thread is left behind and counted, and beyond
/// <see cref="MostHanging"/> of them nothing more is loaded.
/// </summary>
/// <param name="open">Loads and probes an epoch by its number.</param>
/// <param name="limit">What a load may take.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Told of a load that comes back after all.</param>
internal sealed class RegistryLoads(
    Func<int, CancellationToken, Task<ServedModel>> open, TimeSpan limit, TimeProvider clock, ILogger log)
{
    /// <summary>Each may hold a registry's memory, and one that computes a core.</summary>
    public const int MostHanging = 3;

    private int _hanging;

    /// <summary>Loads that were given up and have not come back.</summary>
    public int Hanging => Volatile.Read(ref _hanging);

    /// <summary>Loads an epoch.</summary>
    /// <exception cref="IOException">It took longer than the limit, or too many hang already.</exception>
    public async Task<ServedModel> LoadAsync(int epoch, CancellationToken stopping)
    {
        if (Hanging >= MostHanging)
            throw new IOException(
                $"{MostHanging} earlier loads hang, so nothing more is loaded: start the daemon again");
        CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // A thread of its own: one that never comes back is none of the pool's.
        Task<ServedModel> load = Task.Factory.StartNew(
            () => open(epoch, late.Token), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap();
        await ((Task)load).WaitAsync(limit, clock, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (load.IsCompleted)
        {
            late.Dispose();
            return await load;
        }
        int hanging = Interlocked.Increment(ref _hanging);
        _ = GiveUpAsync(load, late);
        throw new IOException(
            $"the registry has not been loaded within {limit.TotalSeconds} s: a file or a network does not come back, "
            + $"or --load-time is too short; it is left behind, as {hanging} of at most {MostHanging}");
    }

    private async Task GiveUpAsync(Task<ServedModel> load, CancellationTokenSource late)
    {
        await late.CancelAsync();
        await ((Task)load).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        late.Dispose();
        try
        {
            if (load.IsCompletedSuccessfully) await load.Result.DisposeAsync();
        }
        finally
        {
            Interlocked.Decrement(ref _hanging);
            log.CameBack();
        }
    }
}
