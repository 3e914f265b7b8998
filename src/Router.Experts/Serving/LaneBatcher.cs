using System.Runtime.CompilerServices;
using Router.Votes;

namespace Router.Experts.Serving;

/// <summary>
/// Continuous batching on one device: the noisy samples of all requests in flight, whatever their image and stage,
/// share the fixed-shape forward passes of the device's networks. What goes into a pass is decided when a thread of the
/// lane is free for it, so that an urgent request waits for little more than one pass, and one that is satisfied or
/// given up takes no place in the next. Which samples an answer holds never depends on any of this.
/// </summary>
internal sealed class LaneBatcher : IDisposable
{
    // Beyond so many, those who need not be known any longer are forgotten.
    private const int MostCallers = 1024;

    private readonly Lock _gate = new();
    private readonly List<PendingVotes> _pending = [];
    private readonly ServiceAccount _account = new();
    private readonly Dictionary<string, ServiceAccount> _callers = [];
    private readonly ConditionalWeakTable<object, ServiceAccount> _parties = [];
    private readonly TimeProvider _clock;
    private long _arrivals, _passStarted, _lastEnded;
    private bool _turnIsPosted, _closed;

    /// <summary>Opens a lane's queue.</summary>
    /// <param name="lane">The device's turns; disposed of with the batcher.</param>
    /// <param name="clock">
    /// Times passes for <see cref="ExpertsMeter"/>, and decides nothing; the machine's unless told.
    /// </param>
    public LaneBatcher(DeviceLane lane, TimeProvider? clock = null)
    {
        (Lane, _clock) = (lane, clock ?? TimeProvider.System);
        ExpertsMeter.Open(this);
    }

    /// <summary>The device's turns.</summary>
    public DeviceLane Lane { get; }

    /// <summary>Ranges that are in the queue.</summary>
    public long WaitingDraws
    {
        get
        {
            lock (_gate) return _pending.Count;
        }
    }

    /// <summary>Their samples that are in no pass yet.</summary>
    public long WaitingSamples
    {
        get
        {
            lock (_gate) return _pending.Sum(one => one.Waiting);
        }
    }

    /// <summary>For how long the pass that is under way has run; zero where there is none.</summary>
    public TimeSpan PassRuns => Interlocked.Read(ref _passStarted) is var started
        && started != 0 ? _clock.GetElapsedTime(started) : TimeSpan.Zero;

    /// <summary>Puts a range into the queue.</summary>
    /// <param name="network">Who votes.</param>
    /// <param name="request">What is asked; its range is not empty.</param>
    /// <param name="sequence">Receives each sample's vote where it is not null.</param>
    /// <exception cref="ObjectDisposedException">The lane is closed.</exception>
    public PendingVotes Enter(BatchedNetwork network, VoteRequest request, SampleVote[]? sequence = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            ServiceAccount account = AccountOf(request.Claim);
            PendingVotes pending = new(network, request, account, _arrivals++) { Sequence = sequence };
            account.Start();
            _pending.Add(pending);
            PostTurn();
            return pending;
        }
    }

    /// <summary>Takes a range out of the queue, whether it has ended or not.</summary>
    public void Leave(PendingVotes pending, CancellationToken cancellationToken)
    {
        lock (_gate) _pending.Remove(pending);
        pending.GiveUp(cancellationToken);
    }

    /// <summary>Takes nothing new, finishes what is in the queue, and ends the lane.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
        }
        Lane.Dispose();
        ExpertsMeter.Close(this);
    }

    private ServiceAccount AccountOf(Claim claim)
    {
        if (!_callers.TryGetValue(claim.Caller, out ServiceAccount? caller))
        {
            if (_callers.Count >= MostCallers) Forget();
            _callers.Add(claim.Caller, caller = new(_account));
        }
        return claim.Party is { } party ? _parties.GetValue(party, _ => new(caller)) : new(caller);
    }

    // Who asks for nothing and had no more than the others begins anew where they stand; where all had more, the half
    // that had least.
    private void Forget()
    {
        HashSet<ServiceAccount> here = [.. _pending.Select(one => one.Account.Of!)];
        (string Caller, ServiceAccount Account)[] absent =
            [.. _callers.Where(one => !here.Contains(one.Value)).Select(one => (one.Key, one.Value))];
        foreach ((string caller, ServiceAccount account) in absent)
            if (!account.IsAhead) _callers.Remove(caller);
        if (_callers.Count < MostCallers) return;
        foreach ((string caller, _) in absent.OrderBy(one => one.Account.Served).Take(absent.Length / 2))
            _callers.Remove(caller);
    }

    // Between turns comes whatever else the lane is asked for.
    private void PostTurn()
    {
        if (_turnIsPosted || _pending.Count == 0) return;
        _turnIsPosted = true;
        Lane.Post(TakeTurn);
    }

    // The next pass begins as soon as a thread has nothing to do in this one, where it is full and nobody else wants
    // the lane: no thread waits for the slowest, or while votes are counted.
    private void TakeTurn()
    {
        do
        {
            ForwardPass? pass = Begin(ForwardPass.Next), next;
            for (; pass is not null; pass = next)
            {
                next = pass.LeavesThreadIdle() && !Lane.IsWanted ? Begin(ForwardPass.NextFull) : null;
                End(pass, next);
            }
        }
        while (!EndTurn());
    }

    private ForwardPass? Begin(Func<IReadOnlyCollection<PendingVotes>, ForwardPass?> choose)
    {
        ForwardPass? pass;
        lock (_gate)
        {
            _pending.RemoveAll(one => one.AsksNoMore);
            if (_pending.Count == 0) return null;
            pass = choose(_pending);
            _pending.RemoveAll(one => one.AsksNoMore);
        }
        if (pass is null) return null;
        pass.Began = _clock.GetTimestamp();
        Interlocked.CompareExchange(ref _passStarted, pass.Began, 0);
        pass.Start();
        return pass;
    }

    // Its time is that in which no pass before it ran.
    private void End(ForwardPass pass, ForwardPass? next)
    {
        bool voted = pass.End();
        long now = _clock.GetTimestamp();
        ExpertsMeter.Ran(pass, voted, _clock.GetElapsedTime(Math.Max(pass.Began, _lastEnded), now), Lane.Device);
        _lastEnded = now;
        Interlocked.Exchange(ref _passStarted, next is null ? 0 : now);
    }

    // A closed lane takes no more turns: the last one works off the rest.
    private bool EndTurn()
    {
        lock (_gate)
        {
            _pending.RemoveAll(one => one.AsksNoMore);
            if (_closed && _pending.Count > 0) return false;
            _turnIsPosted = false;
            PostTurn();
            return true;
        }
    }
}
