namespace Router.Votes.Tests;

public sealed class PassingVoterTests
{
    private static readonly PassThreshold Threshold = PassThreshold.At(0.35m);
    private static readonly VoteRequest Request = new(new(new byte[] { 1 }, 1), new(3, 1), new(10, 14));

    [Fact]
    public async Task Votes_below_the_threshold_are_passes_of_a_function_of_its_own()
    {
        Network network = new([new(0, 69), new(1, 70), new(0, 200), new(SampleVote.Undecided, 0)]);
        PassingVoter voter = new(network, Threshold);
        VoteCounts votes = await voter.VoteAsync(Request, default);
        Assert.Equal([1, 1], votes.Counts);
        Assert.Equal((1, 1, Request.Range), (votes.Passed, votes.Undecided, votes.Range));
        Assert.Equal((voter.FunctionId, Threshold.Of(network.FunctionId)), (votes.FunctionId, voter.FunctionId));
        Assert.Equal((network.Sigma, network.OutcomeCount), (voter.Sigma, voter.OutcomeCount));
    }

    [Fact]
    public async Task Another_number_of_votes_than_was_asked_for_is_no_answer() =>
        await Assert.ThrowsAsync<InvalidDataException>(
            () => new PassingVoter(new Network([new(0, 1)]), Threshold).VoteAsync(Request, default));

    [Fact]
    public async Task A_network_that_cannot_answer_is_told_by_the_name_of_the_function_that_was_asked()
    {
        OutOfMemoryException cause = new();
        Network network = new([]) { Fault = new(new("network"), "the device is gone", cause) };
        PassingVoter voter = new(network, Threshold);
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => voter.VoteAsync(Request, default));
        Assert.Equal((voter.FunctionId, "the device is gone"), (fault.Function, fault.Message));
        Assert.Same(cause, fault.InnerException);
    }

    private sealed class Network(SampleVote[] votes) : ISequenceVoter
    {
        public VoterUnavailableException? Fault { get; init; }

        public FunctionId FunctionId { get; } = new("network");

        public decimal Sigma => 0.25m;

        public int OutcomeCount => 2;

        public Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken) =>
            Fault is null ? Task.FromResult(votes) : throw Fault;

        public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("it is asked for sequences alone");
    }
}
