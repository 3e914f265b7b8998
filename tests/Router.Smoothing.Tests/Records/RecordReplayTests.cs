using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

public class RecordReplayTests
{
    private static readonly GridInput Input = new(new byte[12], 3, 2, 2);

    /// <summary>Repeats what a record says its network voted, except that <paramref name="moved"/> votes of the first outcome went to the second.</summary>
    private sealed class Echo(StageRecord stage, long moved, string? function = null, decimal? sigma = null) : IVoter
    {
        public FunctionId FunctionId => new(function ?? stage.Estimation.Function);

        public decimal Sigma => sigma ?? decimal.Parse(stage.Sigma, System.Globalization.CultureInfo.InvariantCulture);

        public int OutcomeCount => stage.Estimation.Counts.Length;

        public Task<Smoothing.Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            Assert.Equal((RecordSamples.Seed, stage.Stream), (request.Stream.Seed, request.Stream.Id));
            VotesRecord recorded = new[] { stage.Selection, stage.Estimation }.Single(votes => votes?.From == request.Range.From && votes.To == request.Range.To)!;
            long[] counts = [.. recorded.Counts];
            if (recorded == stage.Estimation)
                (counts[0], counts[1]) = (counts[0] - moved, counts[1] + moved);
            return Task.FromResult(new Smoothing.Votes([.. counts], recorded.Undecided, request.Range, FunctionId));
        }
    }

    private static Task<ReplayedRecord> Replay(CertificateRecord record, Func<StageRecord, IVoter?> voter, GridInput? input = null) =>
        RecordReplay.RunAsync(record, input ?? Input, id => voter(record.Stages.Single(stage => stage.Id == id)));

    [Fact]
    public async Task Every_range_is_drawn_again_from_its_stream_and_compared()
    {
        ReplayedRecord replayed = await Replay(RecordSamples.Exclusion(), stage => new Echo(stage, moved: 0));
        Assert.True(replayed.Agrees);
        Assert.Equal("replayed: all 30200 votes agree", replayed.ToString());
    }

    [Fact]
    public async Task Votes_that_differ_at_the_same_function_tell_that_they_were_not_drawn_as_it_says()
    {
        ReplayedRecord replayed = await Replay(RecordSamples.Exclusion(), stage => new Echo(stage, stage.Stage == RecordStages.Peer ? 7 : 0));
        Assert.False(replayed.Agrees);
        Assert.Equal(
            "not replayed: at least 14 of 30200 votes differ (router router 0 of 10100, expert s050 0 of 10100, peer s025 7 of 5000, peer s100 7 of 5000); "
            + "the functions are the recorded ones, so the record was not drawn as it says", replayed.ToString());
    }

    [Fact]
    public async Task Other_functions_are_named_whether_their_votes_agree_or_not()
    {
        string other = RecordSamples.Function("elsewhere").Value, recorded = RecordSamples.Function("s050").Value;
        ReplayedRecord replayed = await Replay(RecordSamples.Dual(), stage => new Echo(stage, 3, stage.Id == "s050" ? other : null));
        Assert.StartsWith("not replayed: at least 6 of 20200 votes differ", replayed.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"; other functions voted: s050 is {other} here, {recorded} in the record", replayed.ToString(), StringComparison.Ordinal);
        replayed = await Replay(RecordSamples.Dual(), stage => new Echo(stage, 0, stage.Id == "s050" ? other : null));
        Assert.StartsWith("replayed: all 20200 votes agree; other functions voted: s050 is", replayed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_input_network_or_noise_is_refused()
    {
        async Task<string> Refusal(Func<StageRecord, IVoter?> voter, GridInput? input = null) =>
            (await Assert.ThrowsAsync<InvalidDataException>(() => Replay(RecordSamples.Dual(), voter, input))).Message;
        Assert.Contains("but this one hashes to", await Refusal(stage => new Echo(stage, 0), new(new byte[] { 1 }, 1)), StringComparison.Ordinal);
        Assert.Equal("router router: there is no network of this id", await Refusal(_ => null));
        Assert.Equal(
            "router router: the record smooths with σ = 1.0, the network of this id with 0.5", await Refusal(stage => new Echo(stage, 0, sigma: 0.5m)));
    }
}
