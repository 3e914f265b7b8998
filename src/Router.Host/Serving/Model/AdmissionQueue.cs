using Router.Smoothing;

namespace Router.Host.Serving.Model;

/// <summary>A bounded queue: so many images are in flight at once, so many requests wait, the most urgent first, and the next is turned away.</summary>
/// <param name="atOnce">AdmissionQueue, ≥ 1.</param>
/// <param name="waiting">Requests that wait for theirs, ≥ 0.</param>
internal sealed class AdmissionQueue(int atOnce, int waiting) : IDisposable
{
    private static readonly Comparer<(Claim Claim, long Arrival)> MostUrgent = Comparer<(Claim Claim, long Arrival)>.Create((one, other) =>
        Claim.CompareUrgency(one.Claim, other.Claim) is var order && order != 0 ? order : one.Arrival.CompareTo(other.Arrival));

    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, (Claim, long)> _waiting = new(MostUrgent);
    private readonly TaskCompletionSource _allBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;
    private long _arrivals;
    private bool _closed;

    /// <summary>Whether somebody waits for a turn.</summary>
    public bool AreWanted
    {
        get
        {
            lock (_gate) return _waiting.Count > 0;
        }
    }

    /// <summary>How many turns are taken, and how many requests wait for one.</summary>
    public (int Taken, int Waiting) Load
    {
        get
        {
            lock (_gate) return (_taken, _waiting.Count);
        }
    }

    /// <summary>Waits for a turn, which lasts until it is disposed of.</summary>
    /// <returns>Null where the queue is full.</returns>
    /// <exception cref="OperationCanceledException">Gave up waiting.</exception>
    /// <exception cref="ObjectDisposedException">Nobody is let in any more.</exception>
    public async Task<IDisposable?> TryTakeAsync(Claim claim, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (Take() is { } free) return free;
            if (_waiting.Count >= waiting) return null;
            _waiting.Enqueue(mine, (claim, _arrivals++));
        }
        await using CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(_ =>
        {
            lock (_gate) _waiting.Remove(mine, out TaskCompletionSource? _, out (Claim, long) _);
            mine.TrySetCanceled(cancellationToken);
        }, null);
        await mine.Task;
        return new Turn(this);
    }

    /// <summary>A turn, if one is free that nobody waits for.</summary>
    public IDisposable? TryTakeFree()
    {
        lock (_gate) return _closed ? null : Take();
    }

    /// <summary>Lets nobody in any more and waits until every turn is back; who waits must have been told to give up.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_taken == 0) _allBack.TrySetResult();
        }
        return _allBack.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate) _closed = true;
    }

    // Where a turn is free nobody waits: a turn that comes back goes to who does.
    private Turn? Take()
    {
        if (_taken == atOnce) return null;
        _taken++;
        return new(this);
    }

    private void GiveBack()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out TaskCompletionSource? next, out _))
                if (next.TrySetResult()) return;
            _taken--;
            if (_closed && _taken == 0) _allBack.TrySetResult();
        }
    }

    private sealed class Turn(AdmissionQueue turns) : IDisposable
    {
        private bool _isBack;

        public void Dispose()
        {
            if (_isBack) return;
            _isBack = true;
            turns.GiveBack();
        }
    }
}
