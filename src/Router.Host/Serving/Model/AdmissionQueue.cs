using Router.Votes;

namespace Router.Host.Serving.Model;

/// <summary>
/// A bounded queue: so much is served at once, so many requests wait. Parties take turns, however many turns each of
/// them asks for (fair queueing: Nagle, RFC 970); of a party's own requests the most urgent goes first, among equals
/// the oldest. Where the queue is full, the last request of whoever has the most in it makes room for a party that has
/// fewer (longest queue drop: Suter et al. 1998), so that nobody fills it for others. Nor does anybody hold all turns
/// against others: a party that has none need not wait until one comes back.
/// </summary>
/// <param name="atOnce">Turns, ≥ 1.</param>
/// <param name="waiting">Requests that wait for theirs, ≥ 0.</param>
/// <param name="newcomers">Turns beyond those, one for each party that has none, ≥ 0.</param>
internal sealed class AdmissionQueue(int atOnce, int waiting, int newcomers = 0)
{
    private readonly Lock _gate = new();

    // Those who have requests here, the next to be served first.
    private readonly LinkedList<Party> _parties = [];
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _allBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken, _count;
    private bool _closed;

    /// <summary>Whether somebody waits for a turn.</summary>
    public bool AreWanted => Load.Waiting > 0;

    /// <summary>How many turns are taken, and how many requests wait for one.</summary>
    public (int Taken, int Waiting) Load
    {
        get
        {
            lock (_gate) return (_taken, _count);
        }
    }

    /// <summary>Waits for a turn, which lasts until it is disposed of.</summary>
    /// <param name="party">Who asks.</param>
    /// <param name="claim">How urgent it is among the party's own requests.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null where the queue is full, also where somebody else needed the place later on.</returns>
    /// <exception cref="OperationCanceledException">Gave up waiting.</exception>
    /// <exception cref="ObjectDisposedException">Nobody is let in any more.</exception>
    public async Task<IDisposable?> TryTakeAsync(string party, Claim claim, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter mine = new(claim);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (Take(party) is { } free) return free;
            if (!MakesRoomFor(party)) return null;
            Enqueue(party, mine);
        }
        await using CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(_ =>
        {
            lock (_gate) Remove(party, mine);
            mine.Turn.TrySetCanceled(cancellationToken);
        }, null);
        return await mine.Turn.Task ? new Turn(this, party) : null;
    }

    /// <summary>A turn, if one is free that nobody waits for.</summary>
    /// <param name="party">Who asks.</param>
    public IDisposable? TryTakeFree(string party)
    {
        lock (_gate) return _closed ? null : Take(party);
    }

    /// <summary>
    /// Lets nobody in any more and waits until every turn is back; who waits must have been told to give up.
    /// </summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            if (_taken == 0) _allBack.TrySetResult();
        }
        return _allBack.Task;
    }

    // Where a turn is free nobody waits who could have it: one that comes back goes to who does.
    private Turn? Take(string name)
    {
        if (!HasRoomFor(name)) return null;
        Hold(name);
        return new(this, name);
    }

    private bool HasRoomFor(string name) =>
        _taken < atOnce || (!_held.ContainsKey(name) && _taken < atOnce + newcomers);

    private void Hold(string name)
    {
        _taken++;
        _held[name] = _held.GetValueOrDefault(name) + 1;
    }

    private Party? Find(string name) => _parties.FirstOrDefault(party => party.Name == name);

    private bool MakesRoomFor(string name)
    {
        if (_count < waiting) return true;
        int own = Find(name)?.Waiting.Count ?? 0;
        if (_parties.MaxBy(party => party.Waiting.Count) is not { } longest || longest.Waiting.Count <= own + 1)
            return false;
        Waiter last = longest.Waiting.Last!.Value;
        Remove(longest.Name, last);
        last.Turn.TrySetResult(false);
        return true;
    }

    private void Enqueue(string name, Waiter request)
    {
        if (Find(name) is not { } party) _parties.AddLast(party = new(name));
        LinkedListNode<Waiter>? before = party.Waiting.Last;
        while (before is not null && Claim.CompareUrgency(request.Claim, before.Value.Claim) < 0)
            before = before.Previous;
        if (before is null) party.Waiting.AddFirst(request);
        else party.Waiting.AddAfter(before, request);
        _count++;
    }

    private void Remove(string name, Waiter request)
    {
        if (Find(name) is not { } party || !party.Waiting.Remove(request)) return;
        _count--;
        if (party.Waiting.Count == 0) _parties.Remove(party);
    }

    private void GiveBack(string name)
    {
        lock (_gate)
        {
            _taken--;
            if (--_held[name] == 0) _held.Remove(name);
            while (_parties.FirstOrDefault(party => HasRoomFor(party.Name)) is { } party)
            {
                Waiter next = party.Waiting.First!.Value;
                Remove(party.Name, next);
                if (party.Waiting.Count > 0)
                {
                    _parties.Remove(party);
                    _parties.AddLast(party);
                }
                if (next.Turn.TrySetResult(true)) Hold(party.Name);
            }
            if (_closed && _taken == 0) _allBack.TrySetResult();
        }
    }

    private sealed class Waiter(Claim claim)
    {
        public Claim Claim => claim;

        // False where somebody else needed the place.
        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Party(string name)
    {
        public string Name => name;

        public LinkedList<Waiter> Waiting { get; } = [];
    }

    private sealed class Turn(AdmissionQueue queue, string party) : IDisposable
    {
        private bool _isBack;

        public void Dispose()
        {
            if (_isBack) return;
            _isBack = true;
            queue.GiveBack(party);
        }
    }
}
