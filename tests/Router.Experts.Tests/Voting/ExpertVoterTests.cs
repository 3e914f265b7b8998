using Router.Engine.LibTorch;
using Router.Votes;

namespace Router.Experts.Tests.Voting;

public sealed class ExpertVoterTests
{
    // Class by the largest of four noisy pixels.
    private static StubNetwork LargestPixel() => new(4, image => image);

    private static VoteRequest Request(long from, long to) => new(StubVoting.Input, new(42, 3), new(from, to));

    [Fact]
    public async Task Ranges_split_and_joined_give_the_counts_of_the_whole()
    {
        using StubVoting voting = new(LargestPixel());
        VoteCounts whole = await voting.Voter.VoteAsync(Request(0, 100), default);
        VoteCounts joined = (await voting.Voter.VoteAsync(Request(0, 3), default))
            .Then(await voting.Voter.VoteAsync(Request(3, 3), default))
            .Then(await voting.Voter.VoteAsync(Request(3, 61), default))
            .Then(await voting.Voter.VoteAsync(Request(61, 100), default));
        Assert.Equal(whole.Counts, joined.Counts);
        Assert.Equal((whole.Range, whole.Undecided), (joined.Range, joined.Undecided));
        Assert.True(whole.Counts.Count(count => count > 0) > 1);
    }

    [Fact]
    public async Task A_sequence_is_the_vote_of_each_sample_and_its_tally_is_the_count()
    {
        using StubVoting voting = new(LargestPixel(), draw: (stream, index, m) =>
        {
            m.Clear();
            m[(int)(index % 3) + 1] = 300;
            return index % 7 != 0;
        });
        SampleVote[] votesOfEach = await voting.Voter.VoteSequenceAsync(Request(5, 65), default);
        int[] sequence = [.. votesOfEach.Select(vote => vote.Outcome)];
        Assert.Equal(Enumerable.Range(5, 60).Select(index => index % 7 == 0 ? -1 : index % 3 + 1), sequence);
        VoteCounts votes = await voting.Voter.VoteAsync(Request(5, 65), default);
        Assert.Equal(Enumerable.Range(0, 4).Select(outcome => (long)sequence.Count(vote => vote == outcome)),
            votes.Counts);
        Assert.Equal(sequence.Count(vote => vote == -1), votes.Undecided);
    }

    [Fact]
    public async Task Each_vote_of_a_sequence_says_how_sure_its_logits_are()
    {
        // Shares ½ and ½; 1/(1 + e⁻²) = .8808; nothing decided.
        using StubVoting voting = new(
            new(2, image => image[0] switch { 0 => [1, 1], 1 => [3, 5], _ => [0, float.NaN] }), draw: (_, index, m) =>
            {
                m.Clear();
                m[0] = (short)((index % 3) switch { 0 => -10, 1 => 245, _ => 0 });
                return index < 9;
            });
        SampleVote[] votes = await voting.Voter.VoteSequenceAsync(Request(0, 10), default);
        Assert.Equal(
            Enumerable.Range(0, 10).Select(index => index == 9 ? new SampleVote(-1, 0) : (index % 3) switch
            {
                0 => new SampleVote(0, 100), 1 => new SampleVote(1, 176), _ => new SampleVote(-1, 0),
            }), votes);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_votes_and_another_seed_others()
    {
        using StubVoting voting = new(LargestPixel());
        VoteCounts first = await voting.Voter.VoteAsync(Request(0, 500), default);
        Assert.Equal(first.Counts, (await voting.Voter.VoteAsync(Request(0, 500), default)).Counts);
        Assert.NotEqual(first.Counts,
            (await voting.Voter.VoteAsync(Request(0, 500) with { Stream = new(43, 3) }, default)).Counts);
        Assert.NotEqual(first.Counts,
            (await voting.Voter.VoteAsync(Request(0, 500) with { Stream = new(42, 4) }, default)).Counts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task The_batch_size_changes_no_vote_of_a_network_without_rounding(int batch)
    {
        using StubVoting eight = new(LargestPixel()), other = new(LargestPixel(), batch);
        Assert.Equal((await eight.Voter.VoteAsync(Request(5, 105), default)).Counts,
            (await other.Voter.VoteAsync(Request(5, 105), default)).Counts);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task Logits_that_are_not_finite_are_undecided(float bad)
    {
        // Wherever the first pixel lies above its own level: about half of the samples.
        using StubVoting voting = new(new(3, image => image[0] > 10 / 255f ? [1, 0, bad] : [0, 1, 0]));
        VoteCounts votes = await voting.Voter.VoteAsync(Request(0, 200), default);
        Assert.InRange(votes.Undecided, 60, 140);
        Assert.Equal([0, 200 - votes.Undecided, 0], votes.Counts);
    }

    [Fact]
    public async Task Undecided_noise_is_undecided_whatever_the_network_says()
    {
        using StubVoting voting = new(new(2, _ => [0, 1]), draw: (_, index, m) =>
        {
            m.Clear();
            return index % 5 != 0;
        });
        VoteCounts votes = await voting.Voter.VoteAsync(Request(0, 20), default);
        Assert.Equal(4, votes.Undecided);
        Assert.Equal([0, 16], votes.Counts);
    }

    [Fact]
    public async Task Ties_go_to_the_lowest_index()
    {
        using StubVoting voting = new(new(3, _ => [-1, 2, 2]));
        Assert.Equal([0, 10, 0], (await voting.Voter.VoteAsync(Request(0, 10), default)).Counts);
    }

    [Fact]
    public async Task An_input_of_another_shape_is_refused_with_both_shapes()
    {
        using StubVoting voting = new(LargestPixel());
        GridInput flat = new(new byte[4], 4);
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(
            () => voting.Voter.VoteAsync(Request(0, 1) with { Input = flat }, default));
        Assert.Contains("the input is (4), the network takes (1, 2, 2)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_told_after_every_batch_and_ends_at_the_range()
    {
        using StubVoting voting = new(LargestPixel());
        Reports reports = new();
        await voting.Voter.VoteAsync(Request(100, 120) with { Progress = reports }, default);
        Assert.Equal([8, 16, 20], reports.Seen);
    }

    [Fact]
    public async Task Cancellation_leaves_no_half_count_and_the_voter_in_order()
    {
        using CancellationTokenSource stop = new();
        int passes = 0;
        using StubVoting voting = new(new(4, image => image)
        {
            BeforePass = () =>
            {
                if (++passes == 3) stop.Cancel();
            },
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => voting.Voter.VoteAsync(Request(0, 10_000), stop.Token));
        Assert.Equal(3, passes);
        Assert.Equal(50, (await voting.Voter.VoteAsync(Request(0, 50), default)).Counts.Sum());
    }

    [Fact]
    public async Task A_fault_of_the_network_reaches_the_caller_and_the_next_request_is_served()
    {
        int passes = 0;
        using StubVoting voting = new(new(4, image => image)
        {
            BeforePass = () =>
            {
                if (++passes == 2) throw new InvalidOperationException("out of memory");
            },
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => voting.Voter.VoteAsync(Request(0, 50), default));
        Assert.Equal(50, (await voting.Voter.VoteAsync(Request(0, 50), default)).Counts.Sum());
    }

    [Fact]
    public async Task Concurrent_requests_get_the_counts_they_get_alone()
    {
        using StubVoting voting = new(LargestPixel());
        VoteRequest[] requests = [
            .. Enumerable.Range(0, 6).Select(i => Request(10 * i, 10 * i + 150) with { Stream = new((ulong)i, 1) })];
        VoteCounts[] together = await Task.WhenAll(
            requests.Select(request => voting.Voter.VoteAsync(request, default)));
        for (int i = 0; i < requests.Length; i++)
            Assert.Equal((await voting.Voter.VoteAsync(requests[i], default)).Counts, together[i].Counts);
    }

    private sealed class Reports : IProgress<long>
    {
        public List<long> Seen { get; } = [];

        public void Report(long value) => Seen.Add(value);
    }
}
