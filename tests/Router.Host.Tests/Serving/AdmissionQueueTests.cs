using Router.Host.Serving.Model;
using Router.Votes;

namespace Router.Host.Tests.Serving;

public sealed class AdmissionQueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static async Task<IDisposable> TakeAsync(
        AdmissionQueue turns, Claim? claim = null, string party = "one",
        CancellationToken cancellationToken = default) =>
        await turns.TryTakeAsync(party, claim ?? Claim.None, cancellationToken).WaitAsync(RunningDaemon.Patience)
            ?? throw new InvalidOperationException("the queue is full");

    [Fact]
    public async Task The_most_urgent_has_the_next_turn()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 4);
        IDisposable turn = await TakeAsync(turns);
        Task<IDisposable> plain = TakeAsync(turns), late = TakeAsync(turns, new() { Deadline = Noon.AddSeconds(1) }),
            soon = TakeAsync(turns, new() { Deadline = Noon }), first = TakeAsync(turns, new() { Priority = 1 });
        foreach (Task<IDisposable> next in (Task<IDisposable>[])[first, soon, late, plain])
        {
            turn.Dispose();
            turn = await next;
        }
        Assert.Null(turns.TryTakeFree("one"));
        turn.Dispose();
        Assert.NotNull(turns.TryTakeFree("one"));
    }

    [Fact]
    public async Task Parties_take_turns_however_much_each_of_them_asks()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 10);
        IDisposable turn = await TakeAsync(turns, party: "greedy");
        Task<IDisposable>[] greedy = [.. Enumerable.Range(0, 3).Select(_ => TakeAsync(turns, party: "greedy"))];
        Task<IDisposable>[] modest = [.. Enumerable.Range(0, 2).Select(_ => TakeAsync(turns, party: "modest"))];
        foreach (Task<IDisposable> next in (Task<IDisposable>[])[greedy[0], modest[0], greedy[1], modest[1], greedy[2]])
        {
            turn.Dispose();
            turn = await next;
        }
        turn.Dispose();
        Assert.NotNull(await turns.TryTakeAsync("anybody", Claim.None, default));
    }

    [Fact]
    public async Task Nobody_holds_all_turns_against_a_party_that_has_none()
    {
        AdmissionQueue turns = new(atOnce: 2, waiting: 9, newcomers: 2);
        IDisposable[] greedy = [await TakeAsync(turns, party: "greedy"), await TakeAsync(turns, party: "greedy")];
        Assert.Null(turns.TryTakeFree("greedy"));
        IDisposable modest = await TakeAsync(turns, party: "modest"), third = await TakeAsync(turns, party: "third");
        // Another of its own waits for the first, and a fourth party until a newcomer's turn is back.
        Task<IDisposable> again = TakeAsync(turns, party: "modest"), fourth = TakeAsync(turns, party: "fourth");
        Assert.Null(turns.TryTakeFree("fourth"));
        third.Dispose();
        await fourth;
        Assert.False(again.IsCompleted);
        modest.Dispose();
        await again;
        Assert.Equal((4, 0), turns.Load);
        foreach (IDisposable turn in greedy) turn.Dispose();
        Assert.Null(turns.TryTakeFree("modest"));
        Assert.NotNull(turns.TryTakeFree("greedy"));
    }

    [Fact]
    public async Task Nobody_fills_the_queue_for_others()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 3);
        IDisposable turn = await TakeAsync(turns, party: "greedy");
        Task<IDisposable?>[] greedy = [
            .. Enumerable.Range(0, 3).Select(_ => turns.TryTakeAsync("greedy", Claim.None, default))];
        Assert.Null(await turns.TryTakeAsync("greedy", Claim.None, default));
        // The newest of the greedy one makes room; with two against one there is nothing left to share.
        Task<IDisposable> modest = TakeAsync(turns, party: "modest");
        Assert.Null(await greedy[2].WaitAsync(RunningDaemon.Patience));
        Assert.Null(await turns.TryTakeAsync("modest", Claim.None, default));
        foreach (Task<IDisposable?> next in (Task<IDisposable?>[])[greedy[0], modest!, greedy[1]])
        {
            turn.Dispose();
            turn = Assert.IsAssignableFrom<IDisposable>(await next.WaitAsync(RunningDaemon.Patience));
        }
    }

    [Fact]
    public async Task Where_nobody_may_wait_the_next_is_turned_away()
    {
        AdmissionQueue turns = new(atOnce: 2, waiting: 0);
        IDisposable turn = await TakeAsync(turns, party: "one");
        _ = await TakeAsync(turns, party: "one");
        Assert.Null(await turns.TryTakeAsync("two", Claim.None, default));
        turn.Dispose();
        turn.Dispose();
        _ = await TakeAsync(turns, party: "two");
        Assert.Null(await turns.TryTakeAsync("two", Claim.None, default));
    }

    [Fact]
    public async Task Urgency_counts_among_the_requests_of_one_party_and_passes_no_other()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 10);
        IDisposable turn = await TakeAsync(turns, party: "greedy");
        Task<IDisposable> late = TakeAsync(turns, party: "greedy"),
            soon = TakeAsync(turns, new() { Deadline = Noon }, "greedy"),
            first = TakeAsync(turns, new() { Priority = 4 }, "greedy"), modest = TakeAsync(turns, party: "modest");
        foreach (Task<IDisposable> next in (Task<IDisposable>[])[first, modest, soon, late])
        {
            turn.Dispose();
            turn = await next;
        }
    }

    [Fact]
    public async Task The_least_urgent_of_whoever_has_the_most_in_the_queue_makes_room()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 2);
        IDisposable turn = await TakeAsync(turns, party: "greedy");
        Task<IDisposable?> plain = turns.TryTakeAsync("greedy", Claim.None, default);
        Task<IDisposable> urgent = TakeAsync(turns, new() { Priority = 1 }, "greedy"),
            modest = TakeAsync(turns, party: "modest");
        Assert.Null(await plain.WaitAsync(RunningDaemon.Patience));
        turn.Dispose();
        (await urgent).Dispose();
        (await modest).Dispose();
    }

    [Fact]
    public async Task Beyond_those_that_may_wait_the_next_is_turned_away()
    {
        AdmissionQueue turns = new(atOnce: 2, waiting: 1);
        IDisposable first = await TakeAsync(turns);
        _ = await TakeAsync(turns);
        Task<IDisposable> waits = TakeAsync(turns);
        Assert.True(turns.AreWanted);
        Assert.Null(await turns.TryTakeAsync("one", new() { Priority = 9 }, default));
        first.Dispose();
        await waits;
        Assert.False(turns.AreWanted);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_a_place_and_takes_no_turn()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 1);
        using CancellationTokenSource stop = new();
        IDisposable turn = await TakeAsync(turns);
        Task<IDisposable> gone = TakeAsync(turns, cancellationToken: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Task<IDisposable> next = TakeAsync(turns);
        turn.Dispose();
        (await next).Dispose();
        Assert.NotNull(turns.TryTakeFree("one"));
    }

    [Fact]
    public async Task Closing_waits_for_every_turn_and_lets_nobody_in()
    {
        AdmissionQueue turns = new(atOnce: 2, waiting: 1);
        IDisposable turn = await TakeAsync(turns);
        Task closing = turns.CloseAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => TakeAsync(turns));
        Assert.False(closing.IsCompleted);
        turn.Dispose();
        turn.Dispose();
        await closing.WaitAsync(RunningDaemon.Patience);
    }

    [Fact]
    public async Task Images_of_one_request_take_turns_that_nobody_waits_for_and_answers_keep_their_order()
    {
        AdmissionQueue turns = new(atOnce: 3, waiting: 1);
        using IDisposable own = await TakeAsync(turns);
        TaskCompletionSource allThree = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int started = 0;
        int[] answers = await new FanOut<int>(turns, "one", async (image, _, cancelled) =>
        {
            if (Interlocked.Increment(ref started) == 3) allThree.SetResult();
            await allThree.Task.WaitAsync(RunningDaemon.Patience, cancelled);
            return 10 * image;
        }).OverAsync(5, default);
        Assert.Equal([0, 10, 20, 30, 40], answers);
    }

    [Fact]
    public async Task Images_of_one_request_go_one_by_one_where_no_turn_is_free()
    {
        AdmissionQueue turns = new(atOnce: 1, waiting: 1);
        using IDisposable own = await TakeAsync(turns);
        int running = 0, most = 0;
        await new FanOut<int>(turns, "one", async (_, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            return Interlocked.Decrement(ref running);
        }).OverAsync(4, default);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_fault_of_one_image_stops_the_others_and_is_what_the_caller_sees()
    {
        AdmissionQueue turns = new(atOnce: 2, waiting: 0);
        using IDisposable own = await TakeAsync(turns);
        TaskCompletionSource both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FanOut<int> spread = new(turns, "one", async (image, _, cancelled) =>
        {
            if (image == 1) both.SetResult();
            await both.Task;
            if (image == 1) throw new NotSupportedException("image 1");
            await Task.Delay(Timeout.Infinite, cancelled);
            return 0;
        });
        Assert.Equal("image 1", (await Assert.ThrowsAsync<NotSupportedException>(
            () => spread.OverAsync(9, default).WaitAsync(RunningDaemon.Patience))).Message);
        Assert.NotNull(turns.TryTakeFree("one"));
    }
}
