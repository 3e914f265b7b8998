
using Router.Host.Serving.Model;

namespace Router.Host.Tests.Serving;

public sealed class FairQueueTests
{
    [Fact]
    public async Task Parties_take_turns_however_much_each_of_them_asks()
    {
        FairQueue turns = new(atOnce: 1, waiting: 10);
        IDisposable turn = await TakeAsync(turns, "greedy");
        Task<IDisposable>[] greedy = [.. Enumerable.Range(0, 3).Select(_ => TakeAsync(turns, "greedy"))];
        Task<IDisposable>[] modest = [.. Enumerable.Range(0, 2).Select(_ => TakeAsync(turns, "modest"))];
        foreach (Task<IDisposable> next in (Task<IDisposable>[])[greedy[0], modest[0], greedy[1], modest[1], greedy[2]])
        {
            turn.Dispose();
            turn = await next;
        }
        turn.Dispose();
        Assert.NotNull(await turns.TryTakeAsync("anybody", default));
    }

    [Fact]
    public async Task Nobody_fills_the_queue_for_others()
    {
        FairQueue turns = new(atOnce: 1, waiting: 3);
        IDisposable turn = await TakeAsync(turns, "greedy");
        Task<IDisposable?>[] greedy = [.. Enumerable.Range(0, 3).Select(_ => turns.TryTakeAsync("greedy", default))];
        Assert.Null(await turns.TryTakeAsync("greedy", default));
        // The newest of the greedy one makes room; with two against one there is nothing left to share.
        Task<IDisposable> modest = TakeAsync(turns, "modest");
        Assert.Null(await greedy[2].WaitAsync(RunningDaemon.Patience));
        Assert.Null(await turns.TryTakeAsync("modest", default));
        foreach (Task<IDisposable?> next in (Task<IDisposable?>[])[greedy[0], modest!, greedy[1]])
        {
            turn.Dispose();
            turn = Assert.IsAssignableFrom<IDisposable>(await next.WaitAsync(RunningDaemon.Patience));
        }
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_a_place_and_takes_no_turn()
    {
        FairQueue turns = new(atOnce: 1, waiting: 1);
        using CancellationTokenSource stop = new();
        IDisposable turn = await TakeAsync(turns, "one");
        Task<IDisposable> gone = TakeAsync(turns, "one", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Task<IDisposable> next = TakeAsync(turns, "one");
        turn.Dispose();
        (await next).Dispose();
        Assert.NotNull(await turns.TryTakeAsync("one", default));
    }

    [Fact]
    public async Task Where_nobody_may_wait_the_next_is_turned_away()
    {
        FairQueue turns = new(atOnce: 2, waiting: 0);
        IDisposable turn = await TakeAsync(turns, "one");
        _ = await TakeAsync(turns, "one");
        Assert.Null(await turns.TryTakeAsync("two", default));
        turn.Dispose();
        turn.Dispose();
        _ = await TakeAsync(turns, "two");
        Assert.Null(await turns.TryTakeAsync("two", default));
    }

    private static async Task<IDisposable> TakeAsync(
        FairQueue turns, string party, CancellationToken cancellationToken = default) =>
        await turns.TryTakeAsync(party, cancellationToken).WaitAsync(RunningDaemon.Patience)
            ?? throw new InvalidOperationException("the queue is full");
}
