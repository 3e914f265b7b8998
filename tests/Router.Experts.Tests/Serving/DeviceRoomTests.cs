using Router.Engine.LibTorch;
using Router.Experts.Loading;
using Router.Experts.Serving;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Serving;

public sealed class DeviceRoomTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task However_many_ask_at_once_a_network_is_built_once()
    {
        TaskCompletionSource gate = new();
        using StubRoom room = new(units: 1);
        StubRoom.Place a = room.Add("a", beforeBuild: () => gate.Task);
        Task<VoteCounts>[] asked = [.. Enumerable.Range(0, 50).Select(_ => a.AskAsync())];
        Task loaded = room.Room.LoadAsync(a.Residence, default);
        Assert.Equal(ExpertState.Loading, a.Residence.State);
        gate.SetResult();
        await loaded.WaitAsync(Patience);
        Assert.All(await Task.WhenAll(asked).WaitAsync(Patience),
            votes => Assert.Equal(20, votes.Counts.Sum() + votes.Undecided));
        Assert.Equal((1, ExpertState.Ready), (a.Builds, a.Residence.State));
    }

    [Fact]
    public async Task How_long_a_load_runs_is_told_of_those_who_wait_for_it()
    {
        ManualClock clock = new();
        TaskCompletionSource gate = new();
        using StubRoom room = new(units: 2, clock);
        StubRoom.Place there = room.Add("p", pinned: true), comes = room.Add("a", beforeBuild: () => gate.Task),
            behind = room.Add("b");
        Task<VoteCounts>[] asked = [comes.AskAsync(), behind.AskAsync()];
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([0, 5, 5],
            new[] { there, comes, behind }.Select(one => room.Room.LoadRuns(one.Residence).TotalMinutes));
        gate.SetResult();
        await Task.WhenAll(asked).WaitAsync(Patience);
        Assert.Equal([0, 0, 0],
            new[] { there, comes, behind }.Select(one => room.Room.LoadRuns(one.Residence).TotalMinutes));
    }

    [Fact]
    public async Task Whoever_was_not_asked_for_longest_makes_room_and_the_pinned_stay()
    {
        using StubRoom room = new(units: 3);
        StubRoom.Place pinned = room.Add("p", pinned: true), a = room.Add("a"), b = room.Add("b"), c = room.Add("c");
        foreach (StubRoom.Place one in (StubRoom.Place[])[a, b, a, c, a, b, pinned])
            await one.AskAsync().WaitAsync(Patience);
        Assert.Equal("+p +a +b -b +c -c +b", room.Log);
        Assert.Equal((3, 3), (room.Most, room.Room.UsedBytes));
    }

    [Fact]
    public async Task A_network_that_needs_more_room_sends_several_away()
    {
        using StubRoom room = new(units: 3);
        StubRoom.Place a = room.Add("a"), b = room.Add("b"), c = room.Add("c"), large = room.Add("l", units: 2);
        foreach (StubRoom.Place one in (StubRoom.Place[])[a, b, c, large])
            await one.AskAsync().WaitAsync(Patience);
        Assert.Equal("+a +b +c -a -b +l", room.Log);
        Assert.Equal(3, room.Most);
    }

    [Fact]
    public async Task Nobody_goes_while_a_lease_is_out_and_whoever_waits_comes_when_it_is_back()
    {
        using StubRoom room = new(units: 1);
        StubRoom.Place a = room.Add("a"), b = room.Add("b");
        NetworkLease held = await room.Room.LeaseAsync(a.Residence, default);
        Task<VoteCounts> waits = b.AskAsync();
        Assert.Equal((ExpertState.Unloading, ExpertState.Loading), (a.Residence.State, b.Residence.State));
        // Those who come after stand behind, or the one that waits would wait for ever.
        Task<VoteCounts> behind = a.AskAsync();
        Assert.Equal("+a", room.Log);
        held.Dispose();
        await waits.WaitAsync(Patience);
        await behind.WaitAsync(Patience);
        Assert.Equal("+a -a +b -b +a", room.Log);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_nothing_behind()
    {
        using StubRoom room = new(units: 1);
        StubRoom.Place a = room.Add("a"), b = room.Add("b");
        using NetworkLease held = await room.Room.LeaseAsync(a.Residence, default);
        using CancellationTokenSource over = new();
        Task<VoteCounts> waits = b.AskAsync(cancellationToken: over.Token);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.Equal(ExpertState.Unloaded, b.Residence.State);
        held.Dispose();
        Assert.Equal(20, (await a.AskAsync().WaitAsync(Patience)).Range.Count);
        Assert.Equal(0, b.Builds);
    }

    [Fact]
    public async Task A_network_that_cannot_be_built_fails_those_who_wait_and_is_tried_again_by_the_next()
    {
        Exception? fault = new InvalidDataException("torn");
        using StubRoom room = new(units: 1);
        StubRoom.Place a = room.Add("a", beforeBuild: () => fault is null ? Task.CompletedTask : throw fault),
            b = room.Add("b");
        VoterUnavailableException told = await Assert.ThrowsAsync<VoterUnavailableException>(() => a.AskAsync());
        Assert.Equal((new FunctionId("a"), "it could not be loaded: torn"), (told.Function, told.Message));
        Assert.Equal((ExpertState.Unloaded, told.Message),
            room.Room.Of(a.Residence) is var status ? (status.State, status.Fault) : default);
        Assert.Equal(0, room.Room.UsedBytes);
        await b.AskAsync().WaitAsync(Patience);
        fault = null;
        await a.AskAsync().WaitAsync(Patience);
        Assert.Null(room.Room.Of(a.Residence).Fault);
    }

    [Fact]
    public async Task What_fits_beside_nobody_who_stays_is_refused_and_not_waited_for()
    {
        using StubRoom room = new(units: 2);
        room.Add("p", pinned: true);
        StubRoom.Place large = room.Add("l", units: 2);
        VoterUnavailableException told = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => large.AskAsync().WaitAsync(Patience));
        Assert.Equal("it takes 2 bytes of cpu, where 1 are left by those that stay", told.Message);
    }

    [Fact]
    public async Task A_withdrawn_network_finishes_what_it_has_refuses_who_comes_and_comes_back_when_told()
    {
        using StubRoom room = new(units: 2);
        StubRoom.Place a = room.Add("a");
        NetworkLease held = await room.Room.LeaseAsync(a.Residence, default);
        Task gone = room.Room.UnloadAsync(a.Residence, withdraw: true, default);
        Assert.False(gone.IsCompleted);
        Assert.Equal(ExpertState.Unloading, a.Residence.State);
        Assert.IsType<ExpertWithdrawnException>(
            (await Assert.ThrowsAsync<VoterUnavailableException>(() => a.AskAsync())).InnerException);
        held.Dispose();
        await gone.WaitAsync(Patience);
        Assert.Equal(("+a -a", ExpertState.Withdrawn, 0L), (room.Log, a.Residence.State, room.Room.UsedBytes));
        await room.Room.UnloadAsync(a.Residence, withdraw: true, default).WaitAsync(Patience);
        await room.Room.LoadAsync(a.Residence, default).WaitAsync(Patience);
        Assert.Equal(("+a -a +a", ExpertState.Ready), (room.Log, a.Residence.State));
        await a.AskAsync().WaitAsync(Patience);
    }

    [Fact]
    public async Task Whoever_asked_before_a_network_was_withdrawn_is_answered()
    {
        TaskCompletionSource gate = new();
        using StubRoom room = new(units: 1);
        StubRoom.Place a = room.Add("a", beforeBuild: () => gate.Task);
        Task<VoteCounts> begun = a.AskAsync();
        Task gone = room.Room.UnloadAsync(a.Residence, withdraw: true, default);
        gate.SetResult();
        await begun.WaitAsync(Patience);
        await gone.WaitAsync(Patience);
        Assert.Equal("+a -a", room.Log);
    }

    [Fact]
    public async Task Under_load_from_all_sides_every_vote_is_drawn_by_a_network_in_memory_and_the_budget_holds()
    {
        using StubRoom room = new(units: 3);
        StubRoom.Place[] places = [
            room.Add("p", pinned: true), .. Enumerable.Range(0, 5).Select(i => room.Add($"n{i}", units: 1 + i % 2))];
        VoteCounts[] alone = [.. await Task.WhenAll(places.Select(place => place.AskAsync(64)))];
        using CancellationTokenSource enough = new();
        Task[] unloaders = [.. Enumerable.Range(0, 2).Select(i => Task.Run(async () =>
        {
            for (int turn = i; !enough.IsCancellationRequested; turn++)
                await room.Room.UnloadAsync(places[turn % places.Length].Residence, withdraw: false, default);
        }))];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (int turn = 0; turn < 25; turn++)
            {
                int i = (caller * 7 + turn * (1 + caller % 3)) % places.Length;
                Assert.Equal(alone[i].Counts, (await places[i].AskAsync(64)).Counts);
            }
        }))).WaitAsync(Patience);
        await enough.CancelAsync();
        await Task.WhenAll(unloaders).WaitAsync(Patience);
        Assert.InRange(room.Most, 2, 3);
        Assert.True(places.Sum(place => place.Builds) > places.Length);
    }

    [Fact]
    public async Task A_room_that_closes_lets_nobody_come_and_waits_for_those_on_their_way()
    {
        TaskCompletionSource gate = new();
        using StubRoom room = new(units: 1);
        StubRoom.Place a = room.Add("a", beforeBuild: () => gate.Task), b = room.Add("b");
        Task<VoteCounts> coming = a.AskAsync(), queued = b.AskAsync();
        Task closed = Task.Run(room.Room.Close, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => coming);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => queued);
        Assert.False(closed.IsCompleted);
        gate.SetResult();
        await closed.WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => b.AskAsync());
        a.Residence.Network!.Dispose();
        Assert.Equal("+a -a", room.Log);
    }
}
