using Router.Cluster.Dispatch;
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
    public void Another_function_or_no_samples_are_not_voted_on() => _time.Run(async () =>
    {
        await Assert.ThrowsAsync<KeyNotFoundException>(() => AnswerAsync(Ask() with { Function = new("another") }));
        foreach ((long from, long to) in new[] { (5L, 5L), (5, 4), (-1, 4) })
            await Assert.ThrowsAsync<ArgumentException>(() => AnswerAsync(Ask(from, to)));
        Assert.Empty(_voter.Asked);
    });
}
