
namespace Router.Host.Serving.Model;

/// <summary>
/// A bounded queue in which parties take turns, however many turns each of them asks for (fair queueing: Nagle, RFC
/// 970). Where it is full, the newest request of whoever has the most in it makes room for a party that has fewer
/// (longest queue drop: Suter et al. 1998), so that nobody fills it for others.
/// </summary>
/// <param name="atOnce">AdmissionQueue, ≥ 1.</param>
/// <param name="waiting">Requests that wait for theirs, ≥ 0.</param>
internal sealed class FairQueue(int atOnce, int waiting)
{
    private readonly Lock _gate = new();

    // Those who have requests here, the next to be served first.
    private readonly LinkedList<Party> _parties = [];
    private int _taken, _count;

    /// <summary>Waits for a turn, which lasts until it is disposed of.</summary>
    /// <param name="party">Who asks.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null where the queue is full, also where somebody else needed the place later on.</returns>
    /// <exception cref="OperationCanceledException">Gave up waiting.</exception>
    public async Task<IDisposable?> TryTakeAsync(string party, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<bool> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // Where a turn is free nobody waits: a turn that comes back goes to who does.
            if (_taken < atOnce)
            {
                _taken++;
                return new Turn(this);
            }
            if (!MakesRoomFor(party)) return null;
            Enqueue(party, mine);
        }
        await using CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(_ =>
        {
            lock (_gate) Remove(party, mine);
            mine.TrySetCanceled(cancellationToken);
        }, null);
        return await mine.Task ? new Turn(this) : null;
    }

    private Party? Find(string name) => _parties.FirstOrDefault(party => party.Name == name);

    private bool MakesRoomFor(string name)
    {
        if (_count < waiting) return true;
        int own = Find(name)?.Waiting.Count ?? 0;
        if (_parties.MaxBy(party => party.Waiting.Count) is not { } longest || longest.Waiting.Count <= own + 1)
            return false;
        TaskCompletionSource<bool> newest = longest.Waiting.Last!.Value;
        Remove(longest.Name, newest);
        newest.TrySetResult(false);
        return true;
    }

    private void Enqueue(string name, TaskCompletionSource<bool> request)
    {
        if (Find(name) is not { } party) _parties.AddLast(party = new(name));
        party.Waiting.AddLast(request);
        _count++;
    }

    private void Remove(string name, TaskCompletionSource<bool> request)
    {
        if (Find(name) is not { } party || !party.Waiting.Remove(request)) return;
        _count--;
        if (party.Waiting.Count == 0) _parties.Remove(party);
    }

    private void GiveBack()
    {
        lock (_gate)
        {
            while (_parties.First?.Value is { } party)
            {
                TaskCompletionSource<bool> next = party.Waiting.First!.Value;
                Remove(party.Name, next);
                if (party.Waiting.Count > 0)
                {
                    _parties.Remove(party);
                    _parties.AddLast(party);
                }
                if (next.TrySetResult(true)) return;
            }
            _taken--;
        }
    }

    private sealed class Party(string name)
    {
        public string Name { get; } = name;

        public LinkedList<TaskCompletionSource<bool>> Waiting { get; } = [];
    }

    private sealed class Turn(FairQueue turns) : IDisposable
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
