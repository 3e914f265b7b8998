using Router.Cluster.Dispatch;
using Router.Cluster.Telemetry;
using Router.Votes;
using Tests;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>A worker's side of an ask.</summary>
public class RangeWorkerTests
{
    private static readonly GridInput Input = new(new byte[4], 1, 2, 2);

    private readonly VirtualTime _time = new();
    private readonly ScriptedVoter _voter = ScriptedVoter.Drawn("f", .5m, .6, .4);
    private readonly RangeWorker _worker;

    public RangeWorkerTests()
    {
        _worker = new(
            [new(new(_voter.FunctionId, 2, Input.Shape, 10), "network", .5m, "cpu", 1, _voter)], _time);
    }

    private RangeAsk Ask(long from = 0, long to = 10, string party = "gateway/1") =>
        new(_voter.FunctionId, Input, new(1, 1), new(from, to)) { Party = party };

    private Task<RangeAnswer> AnswerAsync(RangeAsk ask) => _worker.AnswerAsync(ask, CancellationToken.None);

    [Fact]
    public void It_votes_as_its_voter_and_says_how_many_were_ahead() => _time.Run(async () =>
    {
        _voter.Before = (_, token) => _time.Delay(1, token);
        Task<RangeAnswer> first = AnswerAsync(Ask()), second = AnswerAsync(Ask(10, 40));
        Assert.Equal(2, _worker.Inside);
        RangeAnswer.Voted[] voted = [(RangeAnswer.Voted)await first, (RangeAnswer.Voted)await second];
        Assert.Equal([0, 1], voted.Select(one => one.Ahead));
        VoteCounts single = await _voter.VoteAsync(new(Input, new(1, 1), new(10, 40)), CancellationToken.None);
        Assert.Equal(single.Counts, voted[1].Votes.Counts);
        Assert.Equal(0, _worker.Inside);
    });

    [Fact]
    public void Beyond_its_room_it_is_busy_and_nobody_waits() => _time.Run(async () =>
    {
        _voter.Before = (_, token) => _time.Delay(1, token);
        Task<RangeAnswer>[] inside =
            [.. Enumerable.Range(0, RangeWorker.RangesPerLane).Select(i => AnswerAsync(Ask(i, i + 1)))];
        Task<RangeAnswer> beyond = AnswerAsync(Ask());
        Assert.True(beyond.IsCompleted);
        Assert.IsType<RangeAnswer.Busy>(await beyond);
        Assert.All(await Task.WhenAll(inside), answer => Assert.IsType<RangeAnswer.Voted>(answer));
        Assert.IsType<RangeAnswer.Voted>(await AnswerAsync(Ask()));
    });

    [Fact]
    public void Once_it_drains_it_finishes_what_it_has_and_has_no_room_for_more() => _time.Run(async () =>
    {
        _voter.Before = (_, token) => _time.Delay(1, token);
        Task<RangeAnswer> inside = AnswerAsync(Ask());
        _worker.IsDraining = true;
        Assert.IsType<RangeAnswer.Busy>(await AnswerAsync(Ask(10, 20)));
        Assert.IsType<RangeAnswer.Voted>(await inside);
    });

    [Fact]
    public void A_party_is_one_and_the_same_while_ranges_of_it_are_here_and_time_left_becomes_a_deadline() =>
        _time.Run(async () =>
        {
            await _time.Delay(5);
            _voter.Before = (_, token) => _time.Delay(1, token);
            await Task.WhenAll(
                AnswerAsync(Ask() with { Remaining = TimeSpan.FromSeconds(9), Priority = 3 }),
                AnswerAsync(Ask(10, 20)), AnswerAsync(Ask(20, 30, "gateway/2")));
            Claim[] claims = [.. _voter.Asked.Select(asked => asked.Claim)];
            Assert.Same(claims[0].Party, claims[1].Party);
            Assert.NotSame(claims[0].Party, claims[2].Party);
            Assert.Equal((DateTimeOffset.UnixEpoch.AddSeconds(14), 3), (claims[0].Deadline!.Value, claims[0].Priority));
            Assert.Null(claims[1].Deadline);
        });

    [Fact]
    public void A_failure_leaves_room() => _time.Run(async () =>
    {
        _voter.Fails = _ => true;
        for (int i = 0; i < 3 * RangeWorker.RangesPerLane; i++)
            await Assert.ThrowsAsync<VoterUnavailableException>(() => AnswerAsync(Ask()));
        Assert.Equal(0, _worker.Inside);
    });

    [Fact]
    public void What_becomes_of_ranges_is_counted_by_network_and_so_is_what_is_inside() => _time.Run(async () =>
    {
        using Measurements measured = new("counted");
        RangeWorker worker = new(
            [new(new(_voter.FunctionId, 2, Input.Shape, 10), "counted", .5m, "cpu", 1, _voter)], _time);
        ClusterMeter.Open(worker);
        _voter.Before = (_, token) => _time.Delay(3, token);
        Task[] inside =
            [.. Enumerable.Range(0, RangeWorker.RangesPerLane)
                .Select(i => worker.AnswerAsync(Ask(10 * i, 10 * i + 10), CancellationToken.None))];
        await worker.AnswerAsync(Ask(), CancellationToken.None);
        Assert.Equal(
            (RangeWorker.RangesPerLane, RangeWorker.RangesPerLane),
            (measured.Now("dualrs_worker_ranges_inside"), measured.Now("dualrs_worker_ranges_room")));
        await Task.WhenAll(inside);
        Assert.Equal(0, measured.Now("dualrs_worker_ranges_inside"));
        await Assert.ThrowsAsync<ArgumentException>(() => worker.AnswerAsync(Ask(5, 4), CancellationToken.None));
        using CancellationTokenSource over = new();
        Task given = worker.AnswerAsync(Ask(), over.Token);
        over.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        _voter.Before = (_, _) => throw new IOException("no such device");
        await Assert.ThrowsAsync<IOException>(() => worker.AnswerAsync(Ask(), CancellationToken.None));
        worker.IsDraining = true;
        await worker.AnswerAsync(Ask(), CancellationToken.None);
        ClusterMeter.Close(worker);
        foreach ((string outcome, int ranges) in (IEnumerable<(string, int)>)
            [("voted", RangeWorker.RangesPerLane), ("busy", 1), ("wrong", 1), ("given_up", 1), ("failed", 1),
                ("draining", 1)])
            Assert.Equal((outcome, ranges), (outcome, measured.Sum("dualrs_worker_ranges_total", outcome)));
        Assert.Equal(10 * RangeWorker.RangesPerLane, measured.Sum("dualrs_worker_samples_total"));
        Assert.Equal(3 * RangeWorker.RangesPerLane, measured.Sum("dualrs_worker_range_duration_seconds"));
    });

    [Fact]
    public void An_argument_that_is_wrong_within_the_function_is_its_failure() => _time.Run(async () =>
    {
        using Measurements measured = new("failing");
        RangeWorker worker = new(
            [new(new(_voter.FunctionId, 2, Input.Shape, 10), "failing", .5m, "cpu", 1, _voter)], _time);
        _voter.Before = (_, _) => throw new ArgumentException("an index is out of range");
        await Assert.ThrowsAsync<ArgumentException>(() => worker.AnswerAsync(Ask(), CancellationToken.None));
        Assert.Equal(1, measured.Sum("dualrs_worker_ranges_total", "failed"));
    });

    [Fact]
    public void Another_function_another_shape_or_no_samples_are_not_voted_on() => _time.Run(async () =>
    {
        await Assert.ThrowsAsync<KeyNotFoundException>(() => AnswerAsync(Ask() with { Function = new("another") }));
        foreach ((long from, long to) in new[] { (5L, 5L), (5, 4), (-1, 4) })
            await Assert.ThrowsAsync<ArgumentException>(() => AnswerAsync(Ask(from, to)));
        await Assert.ThrowsAsync<ArgumentException>(
            () => AnswerAsync(Ask() with { Input = new(new byte[4], 1, 1, 4) }));
        Assert.Empty(_voter.Asked);
    });
}
