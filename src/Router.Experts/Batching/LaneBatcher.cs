using System.Runtime.CompilerServices;
using Router.Experts.Engine;
using Router.Smoothing;

namespace Router.Experts.Batching;

/// <summary>
/// Continuous batching on one device: the noisy samples of all requests in flight, whatever their image and stage, share the fixed-shape
/// forward passes of the device's networks. What goes into a pass is decided when the lane is free for it, so that an urgent request waits for
/// one pass at most, and one that is satisfied or given up takes no place in the next. Which samples an answer holds never depends on any of this.
/// </summary>
/// <param name="lane">The device's turns; disposed of with the batcher.</param>
internal sealed class LaneBatcher(DeviceLane lane) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PendingVotes> _pending = [];
    private readonly ConditionalWeakTable<object, ServiceAccount> _accounts = [];
    private double _level;
    private long _arrivals;
    private bool _turnIsPosted, _closed;

    /// <summary>The device's turns.</summary>
    public DeviceLane Lane => lane;

    /// <summary>Puts a range into the queue.</summary>
    /// <param name="network">Who votes.</param>
    /// <param name="request">What is asked; its range is not empty.</param>
    /// <param name="sequence">Receives each sample's vote where it is not null.</param>
    /// <exception cref="ObjectDisposedException">The lane is closed.</exception>
    public PendingVotes Enter(BatchedNetwork network, VoteRequest request, int[]? sequence = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            ServiceAccount account = request.Claim.Party is { } party ? _accounts.GetOrCreateValue(party) : new();
            PendingVotes pending = new(network, request, account, _arrivals++) { Sequence = sequence };
            account.StartFrom(_level);
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
        lane.Dispose();
    }

    // One turn is one pass: whatever else the lane is asked for comes in between.
    private void PostTurn()
    {
        if (_turnIsPosted || _pending.Count == 0) return;
        _turnIsPosted = true;
        lane.Post(TakeTurn);
    }

    private void TakeTurn()
    {
        do NextPass()?.Run();
        while (!EndTurn());
    }

    private Pass? NextPass()
    {
        lock (_gate)
        {
            if (_pending.Count == 0) return null;
            Pass pass = Pass.Next(_pending, ref _level);
            _pending.RemoveAll(one => one.AsksNoMore);
            return pass;
        }
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
