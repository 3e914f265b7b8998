using Router.Host.Serving.Model;
using Router.Smoothing;

namespace Router.Host.Tests.Serving;

public sealed class AdmissionQueueTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static async Task<IDisposable> TakeAsync(AdmissionQueue turns, Claim? claim = null, CancellationToken cancellationToken = default) =>
        await turns.TryTakeAsync(claim ?? Claim.None, cancellationToken).WaitAsync(RunningDaemon.Patience) ?? throw new InvalidOperationException("the queue is full");

    [Fact]
    public async Task The_most_urgent_has_the_next_turn()
    {
        using AdmissionQueue turns = new(atOnce: 1, waiting: 4);
        IDisposable turn = await TakeAsync(turns);
        Task<IDisposable> plain = TakeAsync(turns), late = TakeAsync(turns, new() { Deadline = Noon.AddSeconds(1) }),
            soon = TakeAsync(turns, new() { Deadline = Noon }), first = TakeAsync(turns, new() { Priority = 1 });
        foreach (Task<IDisposable> next in (Task<IDisposable>[])[first, soon, late, plain])
        {
            turn.Dispose();
            turn = await next;
        }
        Assert.Null(turns.TryTakeFree());
        turn.Dispose();
        Assert.NotNull(turns.TryTakeFree());
    }

    [Fact]
    public async Task Beyond_those_that_may_wait_the_next_is_turned_away()
    {
        using AdmissionQueue turns = new(atOnce: 2, waiting: 1);
        IDisposable first = await TakeAsync(turns);
        _ = await TakeAsync(turns);
        Task<IDisposable> waits = TakeAsync(turns);
        Assert.True(turns.AreWanted);
        Assert.Null(await turns.TryTakeAsync(new() { Priority = 9 }, default));
        first.Dispose();
        await waits;
        Assert.False(turns.AreWanted);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_a_place_and_takes_no_turn()
    {
        using AdmissionQueue turns = new(atOnce: 1, waiting: 1);
        using CancellationTokenSource stop = new();
        IDisposable turn = await TakeAsync(turns);
        Task<IDisposable> gone = TakeAsync(turns, cancellationToken: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Task<IDisposable> next = TakeAsync(turns);
        turn.Dispose();
        (await next).Dispose();
        Assert.NotNull(turns.TryTakeFree());
    }

    [Fact]
    public async Task Closing_waits_for_every_turn_and_lets_nobody_in()
    {
        using AdmissionQueue turns = new(atOnce: 2, waiting: 1);
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
        using AdmissionQueue turns = new(atOnce: 3, waiting: 1);
        using IDisposable own = await TakeAsync(turns);
        TaskCompletionSource allThree = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int started = 0;
        int[] answers = await new FanOut<int>(turns, async (image, cancelled) =>
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
        using AdmissionQueue turns = new(atOnce: 1, waiting: 1);
        using IDisposable own = await TakeAsync(turns);
        int running = 0, most = 0;
        await new FanOut<int>(turns, async (_, _) =>
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
        using AdmissionQueue turns = new(atOnce: 2, waiting: 0);
        using IDisposable own = await TakeAsync(turns);
        TaskCompletionSource both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        FanOut<int> spread = new(turns, async (image, cancelled) =>
        {
            if (image == 1) both.SetResult();
            await both.Task;
            if (image == 1) throw new NotSupportedException("image 1");
            await Task.Delay(Timeout.Infinite, cancelled);
            return 0;
        });
        Assert.Equal("image 1", (await Assert.ThrowsAsync<NotSupportedException>(() => spread.OverAsync(9, default).WaitAsync(RunningDaemon.Patience))).Message);
        Assert.NotNull(turns.TryTakeFree());
    }
}
