namespace Router.Votes.Tests;

public sealed class PassThresholdTests
{
    private static readonly FunctionId Network = FunctionId.Of([new("name", "toy")]);

    [Fact]
    public void A_vote_counts_where_its_confidence_is_the_threshold_or_more_and_no_rounding_moves_it()
    {
        for (int k = 1; k < PassThreshold.Steps; k++)
        {
            PassThreshold threshold = PassThreshold.At(k / 200m);
            double theta = k / 200.0;
            foreach (double confidence in (double[])[Math.BitDecrement(theta), theta, Math.BitIncrement(theta)])
                Assert.Equal(confidence >= theta, PassThreshold.StepOf(confidence) >= threshold.Step);
        }
        Assert.Equal((0, 200), (PassThreshold.StepOf(Math.BitDecrement(0.005)), PassThreshold.StepOf(1)));
    }

    [Theory]
    [InlineData("-0.005")]
    [InlineData("1")]
    [InlineData("0.351")]
    [InlineData("0.3501")]
    public void A_threshold_that_no_recording_can_tell_is_refused(string theta)
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => PassThreshold.At(decimal.Parse(theta)));
        Assert.Contains("a multiple of 0.005 from 0 to 0.995", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_threshold_leaves_the_function_what_it_is_and_every_other_one_makes_another()
    {
        FunctionId[] ids = [.. Enumerable.Range(0, 200).Select(k => PassThreshold.At(k / 200m).Of(Network))];
        Assert.Equal(Network, ids[0]);
        Assert.Equal(200, ids.Distinct().Count());
        Assert.Equal(PassThreshold.At(0.35m).Of(Network), PassThreshold.At(0.350m).Of(Network));
    }

    [Fact]
    public void A_pass_is_none_of_the_counts_and_an_undecided_vote_is_no_pass()
    {
        SampleVote[] votes = [new(0, 69), new(0, 70), new(1, 200), new(1, 0), new(SampleVote.Undecided, 0)];
        VoteCounts counts = PassThreshold.At(0.35m).Count(votes, 2, new(10, 15), Network);
        Assert.Equal([1, 1], counts.Counts);
        Assert.Equal((1, 2, 5), (counts.Undecided, counts.Passed, counts.Total));
        Assert.Equal(PassThreshold.At(0.35m).Of(Network), counts.FunctionId);
        VoteCounts both = counts.Then(PassThreshold.At(0.35m).Count(votes, 2, new(15, 20), Network));
        Assert.Equal((2, 4, 10), (both.Undecided, both.Passed, both.Total));
        Assert.Equal(0, both.NoneBefore().Passed);
    }

    [Fact]
    public void Votes_refuse_passes_that_are_not_of_the_range() =>
        Assert.Contains("7 counted and 2 undecided votes and 2 passes are not the 10 samples",
            Assert.Throws<ArgumentException>(() => new VoteCounts([3, 4], 2, new(0, 10), Network, passed: 2)).Message,
            StringComparison.Ordinal);
}
