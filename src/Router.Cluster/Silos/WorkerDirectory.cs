using System.Collections.Concurrent;
using System.Collections.Immutable;
using Router.Cluster.Dispatch;
using Router.Cluster.Telemetry;
using Router.Votes;

namespace Router.Cluster.Silos;

/// <summary>
/// Who is in the cluster and what they have. What a member has is asked of itself until it answers, again and again;
/// who has the function of an open pool is brought into it, and who dies, leaves or drains is taken out.
/// </summary>
public sealed class WorkerDirectory : IAsyncDisposable
{
    /// <summary>A gateway asks a member again after so long.</summary>
    public static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    // A worker wants to know whether it sees what the others do, and no more.
    private static readonly TimeSpan WorkerAsksEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Answers = TimeSpan.FromSeconds(5);

    // A member says how many it has, and no more ranges than so many lanes take are with it at once.
    private const int MostLanes = 64;

    private readonly IClusterMembershipService _membership;
    private readonly SiloAddress _self;
    private readonly VoteServices _services;
    private readonly ClusterSettings _settings;
    private readonly MemberViews _views;
    private readonly TimeSpan _askEvery;
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<SiloAddress, Member> _members = new();
    private readonly ConcurrentDictionary<FunctionId, RangeDispatcher> _pools = new();
    private readonly ConcurrentDictionary<string, string> _liars = new(StringComparer.Ordinal);
    private readonly Dictionary<SiloAddress, (CancellationTokenSource Gone, Task Watch)> _watched = [];
    private readonly Expulsion _expulsion;
    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watch = Task.CompletedTask;

    /// <summary>A directory that looks at nothing before <see cref="Open"/>.</summary>
    internal WorkerDirectory(
        IClusterMembershipService membership, ILocalSiloDetails self, VoteServices services, MemberViews views,
        RangeWorker worker, Expulsion expulsion, ClusterSettings settings)
    {
        _expulsion = expulsion;
        (_membership, _self, _services, _views, _settings) = (membership, self.SiloAddress, services, views, settings);
        _askEvery = worker.Functions.IsEmpty ? AskEvery : WorkerAsksEvery;
    }

    /// <summary>The other members that are active now.</summary>
    public ImmutableArray<Member> Members =>
        [.. _members.Values.OrderBy(member => member.Id, StringComparer.Ordinal)];

    /// <summary>
    /// Done when this process is no member any more, with how that is known. Nobody asks it: it should end, and be
    /// started again.
    /// </summary>
    public Task<string> Expelled => _expulsion.Happened;

    /// <summary>The pools that are open.</summary>
    public ImmutableArray<PoolStatus> Pools => [.. _pools.Values.Select(pool => pool.Status)];

    /// <summary>Hears what happens in the pools; must not throw.</summary>
    public Action<DispatchEvent> Happened { get; set; } = _ => { };

    /// <summary>The workers that have a function, now and from now on.</summary>
    /// <param name="function">As one of them describes it.</param>
    public RangeDispatcher PoolOf(FunctionDescription function)
    {
        FunctionId id = new(function.Function);
        if (_pools.TryGetValue(id, out RangeDispatcher? known)) return known;
        RangeDispatcher pool = new(
            new(id, function.Outcomes, function.ImageShape, function.BatchSize) { Network = function.Network },
            _settings.Dispatch, _settings.Clock, _settings.Secret, happened => Hear(id, function.Network, happened));
        // Before anybody can be brought into it: the first of them may be the one that is wrong.
        Expect();
        if (_pools.TryAdd(id, pool)) ClusterMeter.Open(pool);
        else pool.Dispose();
        // Who came, or was found out, meanwhile found no such pool.
        Expect();
        foreach ((string liar, string reason) in _liars) _pools[id].Distrust(liar, reason);
        return _pools[id];

        void Expect()
        {
            foreach (Member member in _members.Values)
                if (MayHave(member, id)) pool.Expect(member.Id);
        }
    }

    // A worker that voted wrongly as one function is believed as none: it may be its memory, or its intent.
    private void Hear(FunctionId pool, string network, DispatchEvent happened)
    {
        Happened(happened);
        if (happened is not DispatchEvent.WorkerQuarantined { IsWrong: true } wrong) return;
        string reason = $"as {network}: {wrong.Reason}";
        _liars[wrong.Worker] = reason;
        foreach ((FunctionId function, RangeDispatcher other) in _pools)
            if (function != pool) other.Distrust(wrong.Worker, reason);
    }

    // Who has not said yet what it has may have it.
    private static bool MayHave(Member member, FunctionId function) => !member.IsKnown
        || member.Description is { IsDraining: false } said
            && said.Functions.Any(one => new FunctionId(one.Function) == function);

    /// <summary>Waits until what members say is enough.</summary>
    /// <param name="choose">Looks at them; null where it is not enough yet.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<T> WaitForAsync<T>(
        Func<ImmutableArray<Member>, T?> choose, CancellationToken cancellationToken) where T : class
    {
        await _looked.Task.WaitAsync(cancellationToken);
        while (true)
        {
            if (choose(Members) is { } chosen) return chosen;
            await Task.Delay(AskEvery / 5, _settings.Clock, cancellationToken);
        }
    }

    /// <summary>Copies a checkpoint that a member hands out; the caller sees whether it is the right one.</summary>
    /// <param name="member">The member.</param>
    /// <param name="sha256">Its hash, 64 lower-case hex digits.</param>
    /// <param name="into">Where it goes.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>False where the member does not have it, or does not answer.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task<bool> CopyModelAsync(
        Member member, string sha256, Stream into, CancellationToken cancellationToken)
    {
        IVoteService service = _services.Of(SiloAddress.FromParsableString(member.Id));
        for (long copied = 0; ;)
        {
            ModelPart part;
            try
            {
                part = await service.ReadModelAsync(sha256, copied, cancellationToken)
                    .WaitAsync(Answers, _settings.Clock, cancellationToken);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever it is: another member is asked, or this one again.
                return false;
            }
            await into.WriteAsync(part.Bytes, cancellationToken);
            copied += part.Bytes.Length;
            if (copied == part.Length) return true;
            if (part.Bytes.Length == 0 || copied > part.Length) return false;
        }
    }

    /// <summary>Begins to look.</summary>
    internal void Open() => _watch = Task.Run(WatchAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _over.Cancel();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (RangeDispatcher pool in _pools.Values)
        {
            ClusterMeter.Close(pool);
            pool.Dispose();
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (
                ClusterMembershipSnapshot seen in _membership.MembershipUpdates.WithCancellation(_over.Token))
            {
                _views.See(
                    from member in seen.Members.Values
                    where member.Status == SiloStatus.Active
                    select member.SiloAddress.ToParsableString());
                foreach (ClusterMember member in seen.Members.Values)
                    if (!member.SiloAddress.Equals(_self)) Look(member);
                    else if (member.Status == SiloStatus.Dead) _expulsion.Tell("membership has it as dead");
                _looked.TrySetResult();
            }
        }
        finally
        {
            Task[] watches = [.. _watched.Values.Select(watched => watched.Watch)];
            foreach ((CancellationTokenSource gone, _) in _watched.Values) gone.Cancel();
            await Task.WhenAll(watches);
        }
    }

    private void Look(ClusterMember member)
    {
        SiloAddress silo = member.SiloAddress;
        if (member.Status == SiloStatus.Active)
        {
            if (_watched.ContainsKey(silo)) return;
            CancellationTokenSource gone = new();
            _members[silo] = new(silo.ToParsableString(), null, null);
            foreach (RangeDispatcher pool in _pools.Values) pool.Expect(silo.ToParsableString());
            _watched[silo] = (gone, Task.Run(() => WatchAsync(silo, gone.Token)));
        }
        else if (_watched.Remove(silo, out (CancellationTokenSource Gone, Task Watch) watched))
        {
            watched.Gone.Cancel();
            _views.Left(silo.ToParsableString());
            bool saidSo = _members.TryRemove(silo, out Member? left) && left.Description is { IsDraining: true };
            foreach (RangeDispatcher pool in _pools.Values)
                pool.Leave(silo.ToParsableString(), died: member.Status == SiloStatus.Dead && !saidSo);
        }
    }

    private async Task WatchAsync(SiloAddress silo, CancellationToken gone)
    {
        string id = silo.ToParsableString();
        List<Task> joining = [];
        while (!gone.IsCancellationRequested)
        {
            try
            {
                MemberDescription said = await _services.Of(silo).DescribeAsync(gone)
                    .WaitAsync(Answers, _settings.Clock, gone);
                Member member = new(id, said, Fault: null);
                Update(silo, _ => member);
                _views.Said(id, said.View);
                // What it said may have come after it was gone.
                if (!_members.ContainsKey(silo)) _views.Left(id);
                foreach ((FunctionId function, RangeDispatcher pool) in _pools)
                    if (!MayHave(member, function)) pool.ExpectNo(id);
                joining.RemoveAll(join => join.IsCompleted);
                foreach (FunctionDescription function in said.Functions)
                {
                    if (!_pools.TryGetValue(new(function.Function), out RangeDispatcher? pool)) continue;
                    if (said.IsDraining) pool.Drain(id);
                    else if (!pool.Knows(id) && IsIt(function, pool))
                        joining.Add(JoinAsync(pool, silo, said.Machine, function, gone));
                }
            }
            catch (Exception fault) when (!gone.IsCancellationRequested)
            {
                // Whatever it is: it is asked again, and nobody waits for it meanwhile.
                Update(silo, known => known with { Fault = fault.Message });
                foreach (RangeDispatcher pool in _pools.Values) pool.ExpectNo(id);
            }
            catch (Exception)
            {
                break;
            }
            await Task.Delay(_askEvery, _settings.Clock, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(joining);
    }

    // Who has left meanwhile does not come back.
    private void Update(SiloAddress silo, Func<Member, Member> change)
    {
        if (_members.TryGetValue(silo, out Member? known)) _members.TryUpdate(silo, change(known), known);
    }

    // A gateway looked at what a function is made of when it chose it; of who comes later its hash has to be the id.
    private static bool IsIt(FunctionDescription function, RangeDispatcher pool) =>
        function.Outcomes == pool.Function.Outcomes
            && function.Properties is { } made && PassThreshold.Objection(function.Theta) is null
            && PassThreshold.At(function.Theta).Of(FunctionId.Of(made)) == pool.Function.Id;

    // Beside the looks at it: a canary takes its time, and one that hangs must not keep what else it says from being
    // heard.
    private async Task JoinAsync(
        RangeDispatcher pool, SiloAddress silo, string? machine, FunctionDescription function, CancellationToken gone)
    {
        string id = silo.ToParsableString();
        try
        {
            await pool.JoinAsync(
                new WorkerLink(_services, silo, machine), Math.Clamp(function.Lanes, 1, MostLanes), gone);
            // It may have died meanwhile, which was then told to a pool that it was not in.
            if (gone.IsCancellationRequested) pool.Leave(id, died: false);
        }
        catch (Exception fault) when (!gone.IsCancellationRequested)
        {
            // Whatever it is: it is asked again.
            Update(silo, known => known with { Fault = fault.Message });
            pool.ExpectNo(id);
        }
        catch (Exception)
        {
            // It is gone.
        }
    }
}
