using Router.Cluster.Dispatch;
using Router.Votes;
using static Router.Cluster.Tests.Dispatch.World;
using Tests;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>How ranges are handed out, in a world whose time is the test's.</summary>
public class RangeDispatcherTests
{
    private static void Run(Func<World, Task> test) => Run(null, test);

    private static void Run(DispatchOptions? options, Func<World, Task> test)
    {
        using World world = new(options);
        world.Time.Run(() => test(world));
    }

    private static readonly DispatchOptions Plain = new() { AuditEvery = int.MaxValue, CanarySamples = 20 };

    // Each input is asked once before: workers are then known to survive it, and their speed is known.
    private static async Task WarmUpAsync(World world, params int[] inputs)
    {
        foreach (int input in inputs) await world.VoteAsync(Request(input, 0, 10, seed: 99));
    }

    [Fact]
    public void Votes_of_four_workers_are_those_of_one_process() => Run(async world =>
    {
        foreach (string name in "abcd".Select(c => c.ToString())) await world.JoinAsync(name);
        await WarmUpAsync(world, 1);
        foreach ((long from, long to) in new[] { (0L, 1L), (0, 9), (1, 10), (100, 110), (7, 5000), (3, 100_001) })
        {
            VoteRequest request = Request(1, from, to);
            await world.AssertSingleAsync(request, await world.VoteAsync(request));
        }
    });

    [Fact]
    public void An_empty_range_has_no_votes_and_asks_nobody() => Run(async world =>
    {
        VoteCounts votes = await world.VoteAsync(Request(1, 5, 5));
        Assert.Equal((0, 3), (votes.Total, votes.Counts.Length));
        Assert.Equal(0, world.Counters.Asks);
    });

    [Fact]
    public void Another_shape_than_the_networks_is_the_callers_fault() => Run(async world =>
        await Assert.ThrowsAsync<ArgumentException>(() => world.VoteAsync(
            new(new GridInput(new byte[3], 3, 1, 1), new(1, 1), new(0, 10)))));

    [Fact]
    public void A_worker_has_no_more_ranges_at_once_than_its_window() => Run(async world =>
    {
        World.Worker one = await world.JoinAsync("a"), two = await world.JoinAsync("b", lanes: 3);
        await WarmUpAsync(world, 1, 2);
        await Task.WhenAll(world.VoteAsync(Request(1, 0, 9000)), world.VoteAsync(Request(2, 0, 9000)));
        Assert.Equal((2, 6), (one.Most, two.Most));
    });

    [Fact]
    public void A_worker_that_is_twice_as_fast_draws_twice_as_much() => Run(async world =>
    {
        World.Worker slow = await world.JoinAsync("a", .002), fast = await world.JoinAsync("b", .001);
        await WarmUpAsync(world, 1);
        await world.VoteAsync(Request(1, 0, 60_000));
        long Drawn(World.Worker worker) => worker.Asked.Sum(ask => ask.Range.Count);
        Assert.InRange((double)Drawn(fast) / Drawn(slow), 1.8, 2.2);
    });

    [Fact]
    public void A_range_that_is_late_is_asked_elsewhere_and_the_first_answer_counts() => Run(async world =>
    {
        World.Worker frozen = await world.JoinAsync("a");
        await WarmUpAsync(world, 1);
        World.Worker other = await world.JoinAsync("b", .01);
        frozen.Before = (_, token) => world.Time.Delay(1e6, token);
        TimeSpan begun = world.Time.Now;
        VoteRequest request = Request(1, 0, 10);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        Assert.Equal(1.1, (world.Time.Now - begun).TotalSeconds, .001);
        Assert.Equal((1, 1, 1), (frozen.Asked.Count - 1, other.Asked.Count, world.Counters.Hedges));
        await world.Time.Delay(0);
        Assert.Equal(1, frozen.GivenUp);
    });

    [Fact]
    public void A_worker_whose_ranges_others_answer_again_and_again_is_left_alone_until_it_answers() => Run(
        async world =>
    {
        World.Worker hung = await world.JoinAsync("a");
        await WarmUpAsync(world, 1);
        await world.JoinAsync("b", .01);
        hung.Before = (_, token) => world.Time.Delay(1e6, token);
        for (int i = 0; i < 100; i++) await world.VoteAsync(Request(1, 10 * i, 10 * i + 10));
        // Each range that it had was late for a second: three before it was left alone, and a few since.
        Assert.InRange(hung.Asked.Count - 1, 3, 9);
        Assert.InRange(world.Time.Now.TotalSeconds, 13, 20);
        hung.Before = null;
        await world.Time.Delay(60);
        int before = hung.Asked.Count;
        for (int i = 0; i < 100; i++) await world.VoteAsync(Request(1, 10 * i, 10 * i + 10));
        Assert.Equal(before + 100, hung.Asked.Count);
    });

    [Fact]
    public void A_worker_that_was_late_and_answers_is_asked_again_at_once() => Run(
        Plain with { MissesToPause = 1, FirstPause = TimeSpan.FromMinutes(1) }, async world =>
    {
        World.Worker stalled = await world.JoinAsync("a", lanes: 8);
        await WarmUpAsync(world, 1);
        await world.JoinAsync("b", lanes: 8);
        TimeSpan begun = world.Time.Now;
        stalled.Before = (_, token) => world.Time.Delay(2.5 - (world.Time.Now - begun).TotalSeconds, token);
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 8000));
        // Four were late after a second, and had their answers from elsewhere half a second later.
        await world.Time.Delay(2);
        Assert.Equal(WorkerState.Paused, world.StateOf(stalled));
        await votes;
        Assert.Equal(WorkerState.Ready, world.StateOf(stalled));
    });

    [Fact]
    public void A_range_is_late_after_three_times_what_nearly_all_others_take() => Run(async world =>
    {
        World.Worker one = await world.JoinAsync("a", .2);
        await WarmUpAsync(world, 1);
        Assert.Equal(6, world.Dispatcher.Status.HedgeAfter.TotalSeconds, .001);
    });

    [Fact]
    public void A_pool_that_is_slow_as_a_whole_is_not_asked_for_everything_twice() => Run(async world =>
    {
        World.Worker[] workers = [.. await Task.WhenAll("abcdefgh".Select(c => world.JoinAsync(c.ToString())))];
        await WarmUpAsync(world, 1);
        foreach (World.Worker worker in workers) worker.Before = (_, token) => world.Time.Delay(30, token);
        await world.VoteAsync(Request(1, 0, 3000));
        long ranges = world.Counters.Asks - world.Counters.Hedges;
        Assert.InRange(world.Counters.Hedges, 1, ranges / 2);
    });

    [Fact]
    public void A_busy_worker_has_not_failed_and_is_asked_again_later() => Run(async world =>
    {
        World.Worker only = await world.JoinAsync("a");
        int refused = 0;
        only.Instead = _ => refused++ < 5 ? new RangeAnswer.Busy(TimeSpan.FromSeconds(2)) : null;
        VoteRequest request = Request(1, 0, 10);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        Assert.Equal((5, 0), (world.Counters.Busy, world.Counters.Failures));
        Assert.True(world.Time.Now >= TimeSpan.FromSeconds(10));
    });

    [Fact]
    public void Three_workers_that_fail_on_a_range_are_enough_and_the_fourth_is_not_asked() => Run(async world =>
    {
        World.Worker[] workers = [.. await Task.WhenAll("abcd".Select(c => world.JoinAsync(c.ToString())))];
        foreach (World.Worker worker in workers) worker.Before = (_, _) => throw new IOException("no such device");
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 0, 10)));
        Assert.Equal(world.Single.FunctionId, fault.Function);
        Assert.Contains("3 workers failed on samples [0, 10): no such device", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, workers.Sum(worker => worker.Asked.Count));
    });

    [Fact]
    public void Where_fewer_have_the_function_all_of_them_are_enough() => Run(async world =>
    {
        World.Worker only = await world.JoinAsync("a");
        only.Before = (_, _) => throw new IOException("no such device");
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(Request(1, 0, 10)));
    });

    [Fact]
    public void A_worker_that_fails_is_left_alone_for_longer_each_time() => Run(async world =>
    {
        World.Worker bad = await world.JoinAsync("a", 0), good = await world.JoinAsync("b");
        await WarmUpAsync(world, 1);
        bad.Before = (_, _) => throw new IOException("no such device");
        VoteRequest request = Request(1, 0, 100_000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        // A hundred seconds of work beside pauses of 1, 2, 4 … 60 s, two ranges each.
        Assert.InRange(world.Counters.Failures, 2, 16);
        Assert.Empty(world.Events);
    });

    [Fact]
    public void A_request_of_no_samples_is_refused_and_nobody_is_asked() => Run(async world =>
    {
        World.Worker worker = await world.JoinAsync("a");
        foreach ((long from, long to) in new[] { (-1L, 4L), (5, 4) })
            await Assert.ThrowsAsync<ArgumentException>(() => world.VoteAsync(Request(1, from, to)));
        Assert.Empty(worker.Asked);
    });

    [Fact]
    public void An_argument_that_is_wrong_within_a_worker_is_its_failure_and_another_is_asked() => Run(async world =>
    {
        World.Worker failing = await world.JoinAsync("a");
        failing.Before = (_, _) => throw new ArgumentException("an index is out of range");
        VoteRequest request = Request(1, 0, 10);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.JoinAsync("b");
        await world.AssertSingleAsync(request, await votes);
        Assert.Equal(1, world.Counters.Failures);
        Assert.Equal(WorkerState.Paused, world.StateOf(failing));
    });

    [Fact]
    public void A_request_that_is_given_up_frees_its_workers_and_leaves_others_alone() => Run(async world =>
    {
        World.Worker one = await world.JoinAsync("a");
        await WarmUpAsync(world, 1, 2);
        one.Before = (ask, token) => world.Time.Delay(10, token);
        using CancellationTokenSource over = new();
        Task<VoteCounts> first = world.VoteAsync(Request(1, 0, 100_000), over.Token);
        VoteRequest request = Request(2, 0, 50);
        Task<VoteCounts> second = world.VoteAsync(request);
        await world.Time.Delay(1);
        over.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await world.AssertSingleAsync(request, await second);
        Assert.Equal(0, world.Dispatcher.Status.Workers[0].InFlight);
        Assert.True(one.GivenUp > 0);
        Assert.Equal(0, world.Dispatcher.Status.Requests);
    });

    // Where all gateways began with the same worker, it would have a range of each, and others none.
    [Fact]
    public void Gateways_differ_in_which_of_idle_workers_they_ask_first()
    {
        HashSet<string> first = [];
        for (ulong secret = 0; secret < 20; secret++)
        {
            using World world = new(secret: secret);
            world.Time.Run(async () =>
            {
                World.Worker[] workers = [.. await Task.WhenAll("abcd".Select(name => world.JoinAsync($"{name}")))];
                await world.VoteAsync(Request(1, 0, 10));
                first.Add(workers.Single(worker => worker.Asked.Count > 0).Name);
            });
        }
        Assert.Equal(["a", "b", "c", "d"], first.Order());
    }

    [Fact]
    public void Who_failed_is_left_alone_as_long_also_where_it_then_has_no_room() => Run(async world =>
    {
        World.Worker failing = await world.JoinAsync("a");
        await world.JoinAsync("b");
        await WarmUpAsync(world, 2);
        int asked = 0;
        List<TimeSpan> at = [];
        failing.Before = async (_, token) =>
        {
            at.Add(world.Time.Now);
            int mine = ++asked;
            await world.Time.Delay(.1 * mine, token);
            if (mine == 1) throw new IOException("no such device");
        };
        failing.Instead = _ => asked == 2 ? new RangeAnswer.Busy(TimeSpan.FromSeconds(.01)) : null;
        VoteRequest request = Request(1, 0, 10_000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        Assert.True(at[2] - at[0] >= TimeSpan.FromSeconds(.1) + new DispatchOptions().FirstPause, $"{at[2] - at[0]}");
    });

    [Fact]
    public void A_worker_that_drains_finishes_what_it_has_and_gets_nothing_new() => Run(async world =>
    {
        World.Worker leaving = await world.JoinAsync("a");
        await WarmUpAsync(world, 1);
        VoteRequest request = Request(1, 0, 5000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.Time.Delay(.05);
        world.Dispatcher.Drain("a");
        World.Worker staying = await world.JoinAsync("b");
        await world.AssertSingleAsync(request, await votes);
        Assert.Equal((3, 0), (leaving.Asked.Count, leaving.GivenUp));
        Assert.NotEmpty(staying.Asked);
        Assert.Equal(0, world.Counters.Failures + world.Counters.Hedges);
    });

    [Fact]
    public void What_a_lost_worker_had_is_asked_elsewhere_at_once() => Run(async world =>
    {
        World.Worker lost = await world.JoinAsync("a");
        await WarmUpAsync(world, 1);
        lost.Before = (_, token) => world.Time.Delay(1e6, token);
        VoteRequest request = Request(1, 0, 2000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.JoinAsync("b");
        TimeSpan begun = world.Time.Now;
        world.Dispatcher.Leave("a", died: true);
        await world.AssertSingleAsync(request, await votes);
        Assert.Equal(2, (world.Time.Now - begun).TotalSeconds, .001);
        Assert.Equal([new DispatchEvent.WorkerLost("a", 2)], world.Events);
    });

    [Fact]
    public void What_a_worker_says_after_it_was_given_up_is_not_counted() => Run(async world =>
    {
        World.Worker zombie = await world.JoinAsync("a");
        await WarmUpAsync(world, 1);
        // It does not hear that it was given up, and answers later.
        zombie.Before = (_, _) => world.Time.Delay(5);
        VoteRequest request = Request(1, 0, 3000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.Time.Delay(1);
        world.Dispatcher.Leave("a", died: true);
        await world.JoinAsync("b", .003);
        await world.AssertSingleAsync(request, await votes);
    });

    [Fact]
    public void Requests_wait_for_a_worker_but_not_for_ever() => Run(async world =>
    {
        VoteRequest request = Request(1, 0, 10);
        Task<VoteCounts> patient = world.VoteAsync(request);
        await world.Time.Delay(20);
        await world.JoinAsync("a");
        await world.AssertSingleAsync(request, await patient);
        world.Dispatcher.Leave("a", died: true);
        foreach (int _ in new[] { 1, 2 })
        {
            TimeSpan begun = world.Time.Now;
            VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
                () => world.VoteAsync(request));
            Assert.Equal("no worker has had this function for 30 s", fault.Message);
            Assert.Equal(30, (world.Time.Now - begun).TotalSeconds, .001);
        }
    });

    [Fact]
    public void Each_request_waits_its_own_time_for_a_worker() => Run(async world =>
    {
        Task<VoteCounts> first = world.VoteAsync(Request(1, 0, 10));
        await world.Time.Delay(29.9);
        Task<VoteCounts> second = world.VoteAsync(Request(2, 0, 10));
        await Assert.ThrowsAsync<VoterUnavailableException>(() => first);
        Assert.Equal(30, world.Time.Now.TotalSeconds, .001);
        await Assert.ThrowsAsync<VoterUnavailableException>(() => second);
        Assert.Equal(59.9, world.Time.Now.TotalSeconds, .001);
        // One that a worker had waits from when there is none any more.
        World.Worker worker = await world.JoinAsync("a");
        worker.Before = (_, token) => world.Time.Delay(1000, token);
        Task<VoteCounts> third = world.VoteAsync(Request(3, 0, 10));
        await world.Time.Delay(40);
        world.Dispatcher.Leave("a", died: false);
        await Assert.ThrowsAsync<VoterUnavailableException>(() => third);
        Assert.Equal(129.9, world.Time.Now.TotalSeconds, .001);
    });

    [Fact]
    public void Progress_rises_to_the_whole_range_and_counts_no_sample_twice() => Run(Audits(3), async world =>
    {
        foreach (string name in "abc".Select(c => c.ToString())) await world.JoinAsync(name);
        await WarmUpAsync(world, 1);
        List<long> told = [];
        await world.VoteAsync(Request(1, 50, 5050) with { Progress = new Told<long>(told.Add) });
        Assert.Equal(5000, told[^1]);
        Assert.Equal(told.Distinct().Order(), told);
        Assert.True(told.Count > 3);
    });

    [Fact]
    public void A_listener_that_fails_is_its_own_requests_matter() => Run(async world =>
    {
        await world.JoinAsync("a");
        await WarmUpAsync(world, 1);
        Task<VoteCounts> failing = world.VoteAsync(Request(1, 0, 1000) with
        {
            Progress = new Told<long>(_ => throw new NotSupportedException()),
        });
        VoteRequest request = Request(1, 0, 1000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        await Assert.ThrowsAsync<NotSupportedException>(() => failing);
    });

    [Fact]
    public void A_small_request_does_not_wait_for_a_large_one() => Run(async world =>
    {
        await world.JoinAsync("a");
        await WarmUpAsync(world, 1, 2);
        Task<VoteCounts> large = world.VoteAsync(Request(1, 0, 100_000));
        TimeSpan begun = world.Time.Now;
        await world.VoteAsync(Request(2, 0, 100));
        Assert.False(large.IsCompleted);
        Assert.InRange((world.Time.Now - begun).TotalSeconds, 0, 3.5);
    });

    [Fact]
    public void A_more_urgent_request_goes_before() => Run(async world =>
    {
        World.Worker one = await world.JoinAsync("a");
        await WarmUpAsync(world, 1, 2);
        Task<VoteCounts> patient = world.VoteAsync(Request(1, 0, 10_000));
        await world.VoteAsync(Request(2, 0, 5000) with { Claim = new() { Priority = 1 } });
        Assert.True(one.Asked.Count(ask => ask.Input.Hash == Input(1).Hash && ask.Stream.Seed != 99) <= 3);
        await patient;
    });

    [Fact]
    public void What_is_urgent_to_one_caller_does_not_keep_another_waiting() => Run(async world =>
    {
        await world.JoinAsync("a");
        await WarmUpAsync(world, 1, 2);
        Task<VoteCounts> greedy = world.VoteAsync(
            Request(1, 0, 100_000) with { Claim = new() { Caller = "greedy", Priority = 1 } });
        await world.VoteAsync(Request(2, 0, 5000) with { Claim = new() { Caller = "modest" } });
        Assert.False(greedy.IsCompleted);
        await greedy;
    });

    [Fact]
    public void Whose_an_ask_is_and_what_time_it_has_goes_to_the_worker_in_words_and_spans() => Run(async world =>
    {
        World.Worker one = await world.JoinAsync("a");
        object party = new();
        foreach (object? who in new object?[] { party, party, null })
            await world.VoteAsync(Request(1, 0, 10) with
            {
                Claim = new() { Party = who, Deadline = world.Time.GetUtcNow() + TimeSpan.FromSeconds(9) },
            });
        Assert.All(one.Asked, ask => Assert.Equal(TimeSpan.FromSeconds(9), ask.Remaining));
        // Workers share their time between gateways, and each gateway its own between its parties.
        Assert.All(one.Asked, ask => Assert.Equal(new DispatchOptions().Gateway, ask.Party));
    });

    [Fact]
    public void An_input_that_nobody_voted_on_is_with_one_worker_at_a_time() => Run(async world =>
    {
        World.Worker[] workers = [.. await Task.WhenAll("abc".Select(c => world.JoinAsync(c.ToString())))];
        await WarmUpAsync(world, 1);
        int inside = 0, most = 0;
        bool answered = false;
        foreach (World.Worker worker in workers)
            worker.Before = async (ask, token) =>
            {
                if (!answered) most = Math.Max(most, ++inside);
                await world.Time.Delay(.1, token);
                (inside, answered) = (inside - 1, true);
            };
        await Task.WhenAll(world.VoteAsync(Request(2, 0, 1000)), world.VoteAsync(Request(2, 0, 1000, seed: 4)));
        Assert.Equal(1, most);
    });

    [Fact]
    public void A_gateway_that_ends_refuses_what_is_open() => Run(async world =>
    {
        World.Worker one = await world.JoinAsync("a");
        one.Before = (_, token) => world.Time.Delay(100, token);
        Task<VoteCounts> open = world.VoteAsync(Request(1, 0, 10));
        await world.Time.Delay(1);
        world.Dispatcher.Dispose();
        await Assert.ThrowsAsync<VoterUnavailableException>(() => open);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => world.VoteAsync(Request(1, 0, 10)));
    });
}
