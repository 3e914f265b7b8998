using Router.Experts.Serving;

namespace Router.Experts.Tests.Engine;

public sealed class DeviceLaneTests
{
    [Fact]
    public async Task Turns_are_taken_one_at_a_time_in_the_order_asked_on_one_thread()
    {
        using DeviceLane lane = new("cpu");
        List<int> order = [];
        HashSet<int> threads = [];
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => lane.RunAsync(() =>
        {
            order.Add(i);
            threads.Add(Environment.CurrentManagedThreadId);
        }, default)));
        Assert.Equal(Enumerable.Range(0, 50), order);
        Assert.Single(threads);
    }

    [Fact]
    public async Task A_turn_cancelled_before_it_came_does_not_run()
    {
        using DeviceLane lane = new("cpu");
        using CancellationTokenSource stop = new();
        TaskCompletionSource go = new();
        Task first = lane.RunAsync(() => go.Task.Wait(), default);
        bool ran = false;
        Task second = lane.RunAsync(() => ran = true, stop.Token);
        await stop.CancelAsync();
        go.SetResult();
        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(ran);
    }

    [Fact]
    public void A_turn_that_never_ends_does_not_keep_the_lane_from_ending()
    {
        using ManualResetEventSlim begun = new(), never = new();
        DeviceLane lane = new("cpu") { Patience = TimeSpan.FromMilliseconds(10) };
        lane.Post(() =>
        {
            begun.Set();
            never.Wait();
        });
        begun.Wait();
        lane.Dispose();
        never.Set();
    }

    [Fact]
    public async Task A_turn_that_throws_fails_alone()
    {
        using DeviceLane lane = new("cpu");
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => lane.RunAsync(() => throw new InvalidOperationException(), default));
        await lane.RunAsync(() => { }, default);
    }
}
