using Router.Experts.Serving;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Experts.Tests.Serving;

public sealed class LaneBatcherTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly StubLane _lane = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly TaskCompletionSource _passStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExpertVoter _voter;
    private int _passes;
    private int _passThatFails;

    public LaneBatcherTests() => _voter = _lane.Voter(_lane.Network(() =>
    {
        _passStarted.TrySetResult();
        _gate.Wait(Patience);
        if (++_passes == _passThatFails) throw new InvalidOperationException("this pass fails");
    }));

    public void Dispose()
    {
        _gate.Set();
        _lane.Dispose();
        _gate.Dispose();
    }

    private Task<VoteCounts> Ask(
        uint stream, long count, Claim? claim = null, CancellationToken cancellationToken = default) =>
        _voter.VoteAsync(StubLane.Request(stream, count, claim), cancellationToken);

    /// <summary>
    /// A request that keeps the lane busy until the gate opens, so that those after it wait together.
    /// </summary>
    private async Task<Task<VoteCounts>> BusyAsync()
    {
        Task<VoteCounts> busy = Ask(99, 1);
        await _passStarted.Task.WaitAsync(Patience);
        return busy;
    }

    [Fact]
    public async Task Requests_that_wait_together_share_passes()
    {
        Task<VoteCounts> busy = await BusyAsync();
        Task<VoteCounts>[] waiting = [.. Enumerable.Range(0, 8).Select(i => Ask((uint)i, 3))];
        _gate.Set();
        await Task.WhenAll([busy, .. waiting]).WaitAsync(Patience);
        Assert.Equal(1 + 3, _passes);
    }

    [Fact]
    public async Task A_cancelled_request_ends_and_leaves_the_queue_while_a_pass_is_running()
    {
        using CancellationTokenSource stop = new();
        Task<VoteCounts> busy = await BusyAsync();
        Task<VoteCounts> cancelled = Ask(1, 800, cancellationToken: stop.Token), other = Ask(2, 8);
        await stop.CancelAsync();
        OperationCanceledException fault = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => cancelled.WaitAsync(Patience));
        Assert.Equal(stop.Token, fault.CancellationToken);
        Assert.False(busy.IsCompleted);
        _gate.Set();
        await Task.WhenAll(busy, other).WaitAsync(Patience);
        Assert.Equal(1 + 1, _passes);
    }

    [Fact]
    public async Task A_request_cancelled_in_the_middle_of_its_pass_does_not_touch_its_neighbours()
    {
        using CancellationTokenSource stop = new();
        Task<VoteCounts> inPass = Ask(1, 20, cancellationToken: stop.Token);
        await _passStarted.Task.WaitAsync(Patience);
        Task<VoteCounts> other = Ask(2, 20);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inPass.WaitAsync(Patience));
        _gate.Set();
        VoteCounts votes = await other.WaitAsync(Patience);
        Assert.Equal((await Ask(2, 20)).Counts, votes.Counts);
    }

    [Fact]
    public async Task A_pass_that_fails_ends_the_requests_in_it_and_no_others()
    {
        _passThatFails = 2;
        Task<VoteCounts> busy = await BusyAsync();
        Task<VoteCounts> first = Ask(1, 100), second = Ask(2, 4), later = Ask(3, 100, new() { Priority = -1 });
        _gate.Set();
        Assert.Equal("this pass fails",
            (await Assert.ThrowsAsync<InvalidOperationException>(() => first.WaitAsync(Patience))).Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.WaitAsync(Patience));
        Assert.Equal(100, (await later.WaitAsync(Patience)).Total);
        Assert.Equal(1, (await busy).Total);
        // What the failed ones still had to ask for was not evaluated.
        Assert.Equal(1 + 1 + 13, _passes);
    }

    [Fact]
    public async Task A_listener_that_fails_ends_its_own_request_alone()
    {
        _gate.Set();
        Task<VoteCounts> heard = _voter.VoteAsync(StubLane.Request(1, 800) with { Progress = new Broken() }, default),
            other = Ask(2, 80);
        await Assert.ThrowsAsync<NotSupportedException>(() => heard.WaitAsync(Patience));
        Assert.Equal(80, (await other.WaitAsync(Patience)).Total);
    }

    [Fact]
    public async Task A_request_that_is_given_up_is_told_what_is_drawn_for_it_all_the_same()
    {
        using CancellationTokenSource stop = new();
        Told told = new();
        Task<VoteCounts> inPass = _voter.VoteAsync(StubLane.Request(1, 20) with { Progress = told }, stop.Token);
        await _passStarted.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inPass.WaitAsync(Patience));
        Assert.Equal(StubLane.Places, told.Last);
    }

    [Fact]
    public async Task A_closing_lane_finishes_what_it_was_asked_and_takes_nothing_new()
    {
        Task<VoteCounts> busy = await BusyAsync();
        Task<VoteCounts>[] waiting = [.. Enumerable.Range(0, 5).Select(i => Ask((uint)i, 30))];
        Task closing = Task.Run(_lane.Batcher.Dispose);
        _gate.Set();
        await closing.WaitAsync(Patience);
        await Task.WhenAll([busy, .. waiting]).WaitAsync(Patience);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Ask(1, 1));
    }

    [Fact]
    public async Task No_samples_are_answered_without_a_pass()
    {
        Assert.Equal((0, 0), ((await Ask(1, 0)).Total, _passes));
    }

    [Fact]
    public async Task Among_cancellations_faults_and_other_networks_every_answer_is_the_one_given_alone()
    {
        _gate.Set();
        int pass = 0;
        ExpertVoter failing = _lane.Voter(_lane.Network(() =>
        {
            if (++pass % 7 == 3) throw new InvalidOperationException("this pass fails");
        }));
        NoiseStream dice = new(7, 0);
        int Roll(uint request, int which, int sides) => (int)(dice.Uniform(request, which) % (ulong)sides);
        Claim[] claims = [Claim.None, new() { Priority = 1 }, new() { Party = new object() },
            new() { Deadline = DateTimeOffset.UnixEpoch }];
        List<(VoteRequest Request, Task<SampleVote[]> Answer, CancellationTokenSource Stop)> asked = [];
        for (uint i = 0; i < 300; i++)
        {
            CancellationTokenSource stop = new();
            VoteRequest request = StubLane.Request(
                i, 1 + Roll(i, 0, 59), claims[Roll(i, 1, claims.Length)], from: Roll(i, 2, 100));
            ExpertVoter voter = Roll(i, 3, 4) == 0 ? failing : _voter;
            asked.Add((request, Task.Run(() => voter.VoteSequenceAsync(request, stop.Token)), stop));
            if (Roll(i, 4, 5) == 0) await asked[Roll(i, 5, asked.Count)].Stop.CancelAsync();
        }
        int answered = 0;
        foreach ((VoteRequest request, Task<SampleVote[]> answer, CancellationTokenSource stop) in asked)
        {
            await answer.WaitAsync(Patience).ContinueWith(_ => { }, TaskScheduler.Default);
            if (answer.IsCompletedSuccessfully)
            {
                answered++;
                Assert.Equal(await _voter.VoteSequenceAsync(request with { Claim = Claim.None }, default),
                    await answer);
            }
            else
            {
                Assert.True(answer.IsCanceled ? stop.IsCancellationRequested
                    : answer.Exception!.InnerException is InvalidOperationException);
            }
            stop.Dispose();
        }
        Assert.InRange(answered, 100, 290);
    }

    private sealed class Told : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }

    private sealed class Broken : IProgress<long>
    {
        public void Report(long value) => throw new NotSupportedException();
    }
}
