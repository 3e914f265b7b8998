using Router.Experts.Loading;

namespace Router.Experts.Serving;

/// <summary>
/// A device's memory and who is in it. A network comes when it is asked, one at a time and in the order they were
/// asked; where there is no room those go that were not asked for longest. Nobody goes while a lease on it is out.
/// </summary>
/// <remarks>
/// Nobody waits for ever. A lease is held for the votes of one range of samples, while they go through the lane and
/// nothing else, so its holder never waits for memory; the lane runs passes and frees networks, and never waits for a
/// lease. So every lease that is out comes back. Who is to go takes no new leases, so that they do run out; then there
/// is room for the first in the queue, since the placement gave the device none that does not fit beside those that
/// stay. Only then the next one can make it leave: the queue moves, however many ask for how long.
/// </remarks>
/// <param name="lane">The device's turns.</param>
/// <param name="budgetBytes">What networks may take in all.</param>
/// <param name="clock">Times loads, and decides nothing; the machine's unless told.</param>
internal sealed partial class DeviceRoom(DeviceLane lane, long budgetBytes, TimeProvider? clock = null)
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly List<Residence> _residences = [];
    private readonly List<Residence> _queue = [];
    private readonly HashSet<Task> _work = [];
    private long _uses;
    private bool _closed;

    /// <summary>What those take that are in memory, coming or going.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate) return TakenBytes;
        }
    }

    private long TakenBytes => _residences.Where(one => one.Phase != ExpertState.Unloaded).Sum(one => one.Bytes);

    /// <summary>A network of the device.</summary>
    /// <param name="residence">Its place.</param>
    /// <param name="network">What is in memory already; null for nothing.</param>
    public void Admit(Residence residence, ResidentNetwork? network)
    {
        lock (_gate)
        {
            (residence.Network, residence.Phase) = (
                network, network is null ? ExpertState.Unloaded : ExpertState.Ready);
            _residences.Add(residence);
        }
    }

    /// <summary>Where a network is.</summary>
    public ExpertStatus Of(Residence residence)
    {
        lock (_gate) return new(residence.State, residence.IsWithdrawn, residence.Fault);
    }

    /// <summary>
    /// For how long the slowest load that is under way has run, where a network waits to come; zero where it does not.
    /// </summary>
    public TimeSpan LoadRuns(Residence residence)
    {
        lock (_gate)
        {
            if (residence.State != ExpertState.Loading) return TimeSpan.Zero;
            return _residences.Where(one => one.Phase == ExpertState.Loading)
                .Select(one => _clock.GetElapsedTime(one.LoadStarted)).DefaultIfEmpty().Max();
        }
    }

    /// <summary>Asks for a network, which comes into memory where it is not.</summary>
    /// <exception cref="Router.Votes.VoterUnavailableException">It cannot come, or was told to go.</exception>
    /// <exception cref="ObjectDisposedException">The registry has ended.</exception>
    public async Task<NetworkLease> LeaseAsync(Residence residence, CancellationToken cancellationToken)
    {
        NetworkLease lease = Claim(residence);
        try
        {
            await lease.Granted.WaitAsync(cancellationToken);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Brings a network into memory, also one that was told to go.</summary>
    /// <inheritdoc cref="LeaseAsync" path="/exception"/>
    public async Task LoadAsync(Residence residence, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            residence.IsWithdrawn = false;
            if (residence.Phase == ExpertState.Loading) residence.Leaves = false;
        }
        using NetworkLease lease = await LeaseAsync(residence, cancellationToken);
    }

    /// <summary>
    /// Sends a network out of memory and waits until it is gone, or asked again; the votes that were asked for are
    /// finished first.
    /// </summary>
    /// <param name="residence">Its place.</param>
    /// <param name="withdraw">
    /// Whether it stays away until it is told to come; otherwise it comes when it is asked.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; it goes all the same.</param>
    public async Task UnloadAsync(Residence residence, bool withdraw, CancellationToken cancellationToken)
    {
        Task gone;
        lock (_gate)
        {
            residence.IsWithdrawn |= withdraw;
            if (_closed || residence.Phase == ExpertState.Unloaded
                && (residence.Claims.Count == 0 || !withdraw)) return;
            residence.Leaves = residence.Phase != ExpertState.Unloaded;
            residence.Gone ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            gone = residence.Gone.Task;
            Advance();
        }
        await gone.WaitAsync(cancellationToken);
    }

    /// <summary>A lease is over.</summary>
    public void TakeBack(Residence residence, NetworkLease lease)
    {
        lock (_gate)
        {
            residence.Claims.Remove(lease);
            if (lease.IsHeld) residence.Users--;
            residence.LastUse = ++_uses;
            Advance();
        }
    }

    /// <summary>Lets nobody come or go any more, and waits for those that are on their way.</summary>
    public void Close()
    {
        Task[] work;
        lock (_gate)
        {
            _closed = true;
            foreach (Residence residence in _residences)
            {
                foreach (NetworkLease claim in residence.Claims)
                    claim.Refuse(new ObjectDisposedException(nameof(DeviceRoom)));
                residence.Claims.Clear();
                residence.Gone?.TrySetResult();
            }
            work = [.. _work];
        }
        Task.WaitAll(work);
    }

    private static bool IsGone(Residence residence) => residence is { Phase: ExpertState.Unloaded, Claims.Count: 0 };

    private NetworkLease Claim(Residence residence)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (residence.IsWithdrawn)
            {
                ExpertWithdrawnException told = new();
                throw residence.Unavailable(told.Message, told);
            }
            NetworkLease lease = new(residence);
            residence.Claims.Add(lease);
            if (residence is { Phase: ExpertState.Ready, Leaves: false }) Grant(residence);
            else if (residence.Phase != ExpertState.Loading && !_queue.Contains(residence)) _queue.Add(residence);
            Advance();
            return lease;
        }
    }

    private void Grant(Residence residence)
    {
        foreach (NetworkLease claim in residence.Claims) claim.Grant(residence.Network!);
        residence.Users += residence.Claims.Count;
        residence.Claims.Clear();
        residence.LastUse = ++_uses;
    }
}
