using Router.Experts.Loading;

namespace Router.Experts.Serving;

/// <summary>Who comes and who goes: asked after everything that can change it, always under the lock.</summary>
internal sealed partial class DeviceRoom
{
    private void Advance()
    {
        if (_closed) return;
        FreeThoseNobodyUses();
        while (_queue is [{ } next, ..] && Settles(next))
            _queue.RemoveAt(0);
        foreach (Residence residence in _residences.Where(
            one => one.Gone is not null && (IsGone(one) || one is { IsWithdrawn: false, Leaves: false })))
        {
            residence.Gone!.TrySetResult();
            residence.Gone = null;
        }
    }

    // Whether the first in the queue waits for nobody any more.
    private bool Settles(Residence next)
    {
        if (next.Claims.Count == 0) return true;
        if (next.Phase == ExpertState.Ready)
        {
            // It was asked again before it was gone.
            next.Leaves = next.IsWithdrawn;
            Grant(next);
            return true;
        }
        if (next.Phase == ExpertState.Unloading) return false;
        MakeRoom(next.Bytes);
        if (TakenBytes + next.Bytes <= budgetBytes)
        {
            (next.Phase, next.LoadStarted) = (ExpertState.Loading, _clock.GetTimestamp());
            Start(() => Task.Factory.StartNew(
                () => Load(next), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            return true;
        }
        if (_residences.Exists(one => one.Leaves || one.Phase is ExpertState.Loading or ExpertState.Unloading))
            return false;
        Refuse(next, $"it takes {next.Bytes} bytes of {lane.Device}, where {budgetBytes - TakenBytes} are left by "
            + $"those that stay", cause: null);
        return true;
    }

    // Those in use go last, but they go: their leases come back, and no new ones are given out.
    private void MakeRoom(long bytes)
    {
        long missing = TakenBytes + bytes - budgetBytes
            - _residences.Where(one => one.Leaves || one.Phase == ExpertState.Unloading).Sum(one => one.Bytes);
        foreach (Residence one in _residences
            .Where(one => one is { Phase: ExpertState.Ready, MayLeave: true, Leaves: false })
                .OrderBy(one => one.Users > 0).ThenBy(one => one.LastUse))
        {
            if (missing <= 0) break;
            one.Leaves = true;
            missing -= one.Bytes;
        }
        FreeThoseNobodyUses();
    }

    private void FreeThoseNobodyUses()
    {
        foreach (Residence one in _residences.Where(one => one is { Phase: ExpertState.Ready, Leaves: true, Users: 0 }))
        {
            ResidentNetwork network = one.Network!;
            (one.Network, one.Phase) = (null, ExpertState.Unloading);
            // In a turn of the lane, so that no pass is under way, and none comes: the leases are back.
            Task freed = lane.RunAsync(network.Dispose, CancellationToken.None);
            Start(() => Task.Run(() => LeftAsync(one, freed)));
        }
    }

    // A thread of its own: the workers that OpenMP raises for it go with it.
    private void Load(Residence residence)
    {
        ResidentNetwork? network = null;
        Exception? fault = null;
        try
        {
            network = residence.Build();
        }
        catch (Exception caught)
        {
            // Whatever it is, those who wait are told, and the next who asks tries again.
            fault = caught;
        }
        ExpertsMeter.Came(residence.Id, lane.Device, network is not null);
        lock (_gate)
        {
            (residence.Network, residence.Phase) = (
                network, network is null ? ExpertState.Unloaded : ExpertState.Ready);
            if (fault is null)
            {
                residence.Fault = null;
                residence.Leaves |= residence.IsWithdrawn;
                Grant(residence);
            }
            else
            {
                residence.Leaves = false;
                Refuse(residence, $"it could not be loaded: {fault.Message}", fault);
            }
            Advance();
        }
    }

    private async Task LeftAsync(Residence residence, Task freed)
    {
        try
        {
            await freed;
            NativeHeap.ReturnFreedMemory();
        }
        finally
        {
            // However it went, others must not wait for it.
            ExpertsMeter.Left(residence.Id, lane.Device);
            lock (_gate)
            {
                (residence.Phase, residence.Leaves) = (ExpertState.Unloaded, false);
                Advance();
            }
        }
    }

    private void Refuse(Residence residence, string reason, Exception? cause)
    {
        residence.Fault = reason;
        foreach (NetworkLease claim in residence.Claims) claim.Refuse(residence.Unavailable(reason, cause));
        residence.Claims.Clear();
    }

    private void Start(Func<Task> begin)
    {
        Task work = begin();
        _work.Add(work);
        _ = work.ContinueWith(done =>
        {
            lock (_gate) _work.Remove(done);
        }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
