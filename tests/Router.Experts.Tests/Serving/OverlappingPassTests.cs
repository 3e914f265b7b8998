using System.Diagnostics.Metrics;
using Router.Engine;
using Router.Experts.Serving;
using Router.Experts.Tests.Voting;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Serving;

/// <summary>
/// Passes that two threads make: each takes half of the eight places, and what has nothing to do begins with the next
/// pass. Every half is one call of the network.
/// </summary>
public sealed class OverlappingPassTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ManualClock _clock = new();
    private readonly StubLane _lane;
    private int _calls;

    public OverlappingPassTests() => _lane = new("overlapping", _clock);

    public void Dispose() => _lane.Dispose();

    // The votes of one pass in one thread.
    private static async Task<VoteCounts> AloneAsync(uint stream)
    {
        using StubLane lane = new();
        return await lane.Voter(lane.Network()).VoteAsync(StubLane.Request(stream, StubLane.Places), default);
    }

    // A pass of stream 1, and behind it one of stream 2.
    private static (Task<VoteCounts> First, Task<VoteCounts> Second) Ask(
        ExpertVoter voter, CancellationToken secondIsCancelled = default) => (
            voter.VoteAsync(StubLane.Request(1, StubLane.Places, new() { Priority = 1 }), default),
            voter.VoteAsync(StubLane.Request(2, StubLane.Places), secondIsCancelled));

    private ExpertVoter Voter(Action<int> beforeCall) => _lane.Voter(
        _lane.Network(() => beforeCall(Interlocked.Increment(ref _calls)), id: "overlapping", threads: 2));

    [Fact]
    public async Task A_full_pass_begins_while_a_part_of_the_one_before_it_still_runs()
    {
        using ManualResetEventSlim next = new();
        bool overlaps = false;
        ExpertVoter voter = Voter(call =>
        {
            if (call == 3) next.Set();
            if (call == 1) overlaps = next.Wait(Patience);
        });
        await voter.VoteAsync(StubLane.Request(1, 2 * StubLane.Places), default).WaitAsync(Patience);
        Assert.True(overlaps);
    }

    [Fact]
    public async Task Votes_are_those_of_passes_that_do_not_overlap()
    {
        using StubLane lane = new();
        ExpertVoter overlapping = Voter(_ => { }), one = lane.Voter(lane.Network());
        foreach (int count in (int[])[1, 8, 16, 17, 101, 1000])
        {
            Task<SampleVote[]>[] asked = [.. Enumerable.Range(0, 3).Select(
                stream => overlapping.VoteSequenceAsync(StubLane.Request((uint)stream, count), default))];
            for (uint stream = 0; stream < asked.Length; stream++)
                Assert.Equal(
                    await one.VoteSequenceAsync(StubLane.Request(stream, count), default), await asked[stream]);
        }
    }

    [Fact]
    public async Task A_turn_that_somebody_waits_for_comes_before_the_next_pass()
    {
        using ManualResetEventSlim asked = new(), entered = new();
        List<string> order = [];
        ExpertVoter voter = Voter(call =>
        {
            if (call == 1) entered.Set();
            if (call <= 2) asked.Wait(Patience);
            lock (order) order.Add(call <= 2 ? "first pass" : "second pass");
        });
        Task<VoteCounts> votes = voter.VoteAsync(StubLane.Request(1, 2 * StubLane.Places), default);
        Assert.True(entered.Wait(Patience, TestContext.Current.CancellationToken));
        Task turn = _lane.Batcher.Lane.RunAsync(() => order.Add("turn"), default);
        asked.Set();
        await Task.WhenAll(votes, turn).WaitAsync(Patience);
        Assert.Equal(["first pass", "first pass", "turn", "second pass", "second pass"], order);
    }

    [Fact]
    public async Task A_pass_that_fails_takes_none_that_overlaps_it_along()
    {
        using ManualResetEventSlim asked = new(), next = new();
        bool overlaps = false;
        ExpertVoter voter = Voter(call =>
        {
            asked.Wait(Patience);
            if (call == 3) next.Set();
            if (call != 1) return;
            overlaps = next.Wait(Patience);
            throw new InvalidOperationException("this part fails");
        });
        (Task<VoteCounts> failing, Task<VoteCounts> other) = Ask(voter);
        asked.Set();
        Assert.Equal("this part fails",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => failing.WaitAsync(Patience))).Message);
        Assert.Equal((await AloneAsync(2)).Counts, (await other.WaitAsync(Patience)).Counts);
        Assert.True(overlaps);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_in_an_overlapping_pass_takes_nothing_from_the_other_one()
    {
        using ManualResetEventSlim asked = new(), next = new(), cancelled = new();
        using CancellationTokenSource stop = new();
        bool overlaps = false;
        ExpertVoter voter = Voter(call =>
        {
            asked.Wait(Patience);
            if (call == 3) next.Set();
            if (call == 1) overlaps = next.Wait(Patience) && cancelled.Wait(Patience);
        });
        (Task<VoteCounts> first, Task<VoteCounts> given) = Ask(voter, stop.Token);
        asked.Set();
        Assert.True(next.Wait(Patience, TestContext.Current.CancellationToken));
        await stop.CancelAsync();
        cancelled.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(Patience));
        Assert.Equal((await AloneAsync(1)).Counts, (await first.WaitAsync(Patience)).Counts);
        Assert.Equal((await AloneAsync(2)).Counts,
            (await voter.VoteAsync(StubLane.Request(2, StubLane.Places), default)).Counts);
        Assert.True(overlaps);
    }

    [Fact]
    public async Task Passes_that_overlap_are_together_told_as_long_as_they_took()
    {
        double told = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "dualrs_pass_duration_seconds") listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
                if (tag is { Key: "device", Value: "overlapping" }) told += value;
        });
        listener.Start();
        using ManualResetEventSlim next = new();
        ExpertVoter voter = Voter(call =>
        {
            if (call == 3) next.Set();
            if (call == 1) next.Wait(Patience);
            lock (_clock) _clock.Advance(TimeSpan.FromSeconds(1));
        });
        await voter.VoteAsync(StubLane.Request(1, 2 * StubLane.Places), default).WaitAsync(Patience);
        _lane.Batcher.Dispose();
        Assert.Equal(4, told);
    }

    [Fact]
    public async Task A_pass_runs_for_as_long_as_no_pass_before_it_does()
    {
        using ManualResetEventSlim asked = new(), overlap = new(), first = new(), second = new();
        ExpertVoter voter = Voter(call =>
        {
            asked.Wait(Patience);
            if (call == 3) overlap.Set();
            if (call == 1) first.Wait(Patience);
            if (call == 3) second.Wait(Patience);
        });
        (Task<VoteCounts> urgent, Task<VoteCounts> other) = Ask(voter);
        asked.Set();
        Assert.True(overlap.Wait(Patience, TestContext.Current.CancellationToken));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), _lane.Batcher.PassRuns);
        first.Set();
        await urgent.WaitAsync(Patience);
        // The votes are told a moment before the lane knows that the other pass is alone.
        Assert.True(SpinWait.SpinUntil(() => _lane.Batcher.PassRuns == TimeSpan.Zero, Patience));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _lane.Batcher.PassRuns);
        second.Set();
        await other.WaitAsync(Patience);
        _lane.Batcher.Dispose();
        Assert.Equal(TimeSpan.Zero, _lane.Batcher.PassRuns);
    }

    [Fact]
    public void A_third_pass_does_not_begin_before_the_first_has_ended()
    {
        using BatchEvaluator evaluator = new(
            new StubNetwork(4, image => image), 1, 2, 2, new("cpu", torch.ScalarType.Float32, 8) { Threads = 2 });
        BatchInProgress first = evaluator.Start(1, (_, image) => image.Fill(1)),
            second = evaluator.Start(1, (_, image) => image.Fill(2));
        Assert.Throws<InvalidOperationException>(() => evaluator.Start(1, (_, image) => image.Fill(3)));
        float[] logits = new float[4];
        first.End(logits);
        Assert.Equal([1, 1, 1, 1], logits);
        second.End(logits);
        Assert.Equal([2, 2, 2, 2], logits);
    }
}
