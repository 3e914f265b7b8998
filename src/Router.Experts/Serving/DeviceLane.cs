using System.Collections.Concurrent;

namespace Router.Experts.Serving;

/// <summary>
/// A device's turns: one at a time, in the order asked, all on one thread of its own. OpenMP keeps a team of workers
/// per calling thread; passes that wandered over the thread pool would each raise another.
/// </summary>
internal sealed class DeviceLane : IDisposable
{
    private readonly BlockingCollection<Action> _turns = [];
    private readonly Thread _thread;

    /// <param name="device">"cpu" or "cuda:N".</param>
    public DeviceLane(string device)
    {
        Device = device;
        _thread = new(TakeTurns) { IsBackground = true, Name = $"lane of {device}" };
        // Nothing of who happens to load the device's first network goes with its passes.
        _thread.UnsafeStart();
    }

    /// <summary>The device.</summary>
    public string Device { get; }

    /// <summary>Whether turns are waited for.</summary>
    public bool IsWanted => _turns.Count > 0;

    /// <summary>For how long its end waits for turns; longer than any pass takes that does not hang.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Runs a forward pass when it is this caller's turn.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before its turn came.</exception>
    public Task RunAsync(Action forward, CancellationToken cancellationToken)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _turns.Add(() =>
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                forward();
                done.SetResult();
            }
            catch (OperationCanceledException)
            {
                done.SetCanceled(cancellationToken);
            }
            catch (Exception fault)
            {
                done.SetException(fault);
            }
        }, CancellationToken.None);
        return done.Task;
    }

    /// <summary>Takes a turn that nobody waits for.</summary>
    /// <param name="turn">What to do; must not throw.</param>
    public void Post(Action turn) => _turns.Add(turn, CancellationToken.None);

    /// <summary>
    /// Finishes the turns that were asked for and ends the thread. One that hangs is left behind: a process that waited
    /// for it would never end.
    /// </summary>
    public void Dispose()
    {
        _turns.CompleteAdding();
        if (_thread.Join(Patience)) _turns.Dispose();
    }

    private void TakeTurns()
    {
        foreach (Action turn in _turns.GetConsumingEnumerable(CancellationToken.None))
            turn();
    }
}
