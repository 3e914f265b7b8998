using Router.Smoothing.Records;
using Router.Votes;
using Tests;

namespace Router.Smoothing.Tests.Records;

public class RecordReplayTests
{
    private static readonly GridInput Input = new(new byte[12], 3, 2, 2);

    // Repeats what a record says its network voted, except that some votes of the first outcome went to the second.
    private static ScriptedVoter Echo(StageRecord stage, long moved, string? function = null, decimal? sigma = null)
    {
        int outcomes = stage.Estimation.Counts.Length;
        int[] sequence = Sequence(stage, moved);
        return new(
            stage.Id, sigma ?? decimal.Parse(stage.Sigma, System.Globalization.CultureInfo.InvariantCulture), outcomes,
            request =>
            {
                Assert.Equal((RecordSamples.Seed, stage.Stream), (request.Stream.Seed, request.Stream.Id));
                if (request.Range.From == stage.Selection?.From)
                    return stage.Selection.Counts;
                int[] votes = sequence[
                    (int)(request.Range.From - stage.Estimation.From)..(int)(request.Range.To - stage.Estimation.From)];
                return Enumerable.Range(0, outcomes).Select(outcome => (long)votes.Count(vote => vote == outcome));
            })
        {
            FunctionId = new(function ?? stage.Estimation.Function),
        };
    }

    // A sequence that shows at every look of the sample what its bounds counted.
    private static int[] Sequence(StageRecord stage, long moved)
    {
        long[] all = [.. stage.Estimation.Counts, stage.Estimation.Undecided];
        long[][] looks =
            RecordSamples.Looks.TryGetValue(stage.Id, out long[][]? known) && known[^1].SequenceEqual(all)
                ? known : [all];
        List<int> votes = [];
        foreach ((long[] before, long[] now) in looks.Prepend(new long[all.Length]).Zip(looks))
            for (int outcome = 0; outcome < all.Length; outcome++)
                votes.AddRange(Enumerable.Repeat(
                    outcome < all.Length - 1 ? outcome : -1, (int)(now[outcome] - before[outcome])));
        int moving = 0;
        return [.. votes.Select(vote => vote == 0 && moving++ < moved ? 1 : vote)];
    }

    private static Task<ReplayedRecord> Replay(
        CertificateRecord record, Func<StageRecord, IVoter?> voter, GridInput? input = null) =>
        RecordReplay.RunAsync(record, input ?? Input, id => voter(record.Stages.Single(stage => stage.Id == id)));

    [Fact]
    public async Task Every_range_is_drawn_again_from_its_stream_and_compared()
    {
        ReplayedRecord replayed = await Replay(RecordSamples.Exclusion(), stage => Echo(stage, moved: 0));
        Assert.True(replayed.Agrees);
        Assert.Equal("replayed: all 40200 votes agree", replayed.ToString());
    }

    [Fact]
    public async Task Votes_that_differ_at_the_same_function_tell_that_they_were_not_drawn_as_it_says()
    {
        ReplayedRecord replayed = await Replay(
            RecordSamples.Exclusion(), stage => Echo(stage, stage.Stage == RecordStages.Peer ? 7 : 0));
        Assert.False(replayed.Agrees);
        Assert.Equal(
            "not replayed: at least 14 of 40200 votes differ (router router 0 of 10100, expert s050 0 of 10100, peer "
            + "s025 7 of 10000, peer s100 7 of 10000); the functions are the recorded ones, so the record was not "
            + "drawn as it says", replayed.ToString());
    }

    [Fact]
    public async Task A_look_that_decided_is_drawn_again_and_not_only_the_totals()
    {
        CertificateRecord record = RecordSamples.Exclusion();
        StageRecord router = record.Stages[0];
        BoundRecord early = router.Bounds.Single(bound => bound.Side == BoundKinds.Lower);
        Assert.True(early.Draws < router.Estimation.Total);
        CertificateRecord forged = record with
        {
            Stages = record.Stages.SetItem(0,
                router with { Bounds = router.Bounds.Replace(early, early with { Successes = early.Successes + 50 }) }),
        };
        ReplayedRecord replayed = await Replay(
            forged, stage => Echo(record.Stages.Single(honest => honest.Id == stage.Id), moved: 0));
        Assert.StartsWith("not replayed: at least 50 of 40200 votes differ (router router 50 of 10100",
            replayed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_functions_are_named_whether_their_votes_agree_or_not()
    {
        string other = RecordSamples.Function("elsewhere").Value, recorded = RecordSamples.Function("s050").Value;
        ReplayedRecord replayed = await Replay(
            RecordSamples.Dual(), stage => Echo(stage, 3, stage.Id == "s050" ? other : null));
        Assert.StartsWith("not replayed: at least 6 of 20200 votes differ", replayed.ToString(),
            StringComparison.Ordinal);
        Assert.EndsWith($"; other functions voted: s050 is {other} here, {recorded} in the record", replayed.ToString(),
            StringComparison.Ordinal);
        replayed = await Replay(RecordSamples.Dual(), stage => Echo(stage, 0, stage.Id == "s050" ? other : null));
        Assert.StartsWith("replayed: all 20200 votes agree; other functions voted: s050 is", replayed.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_input_network_or_noise_is_refused()
    {
        async Task<string> Refusal(Func<StageRecord, IVoter?> voter, GridInput? input = null) =>
            (await Assert.ThrowsAsync<InvalidDataException>(() => Replay(RecordSamples.Dual(), voter, input))).Message;
        Assert.Contains("but this one hashes to", await Refusal(stage => Echo(stage, 0), new(new byte[] { 1 }, 1)),
            StringComparison.Ordinal);
        Assert.Equal("router router: there is no network of this id", await Refusal(_ => null));
        Assert.Equal(
            "router router: the record smooths with σ = 1.0, the network of this id with 0.5",
            await Refusal(stage => Echo(stage, 0, sigma: 0.5m)));
    }
}
