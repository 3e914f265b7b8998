using Router.Evaluation.Tuning;
using Router.Votes;

namespace Router.Evaluation.Tests.Tuning;

public sealed class VotesByConfidenceTests
{
    private static readonly SampleVote[] Votes =
    [
        new(0, 0), new(0, 40), new(1, 40), new(1, 199), new(2, 200), new(SampleVote.Undecided, 0), new(0, 41),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(199)]
    public void The_votes_that_count_at_a_threshold_are_those_that_a_network_with_it_gives(int step)
    {
        VotesByConfidence counted = new(VotesOfAWorld.Network("s", 1m, 3), Votes.Length, [[.. Votes.Reverse()], Votes]);
        VoteCounts expected = PassThreshold.At((decimal)step / PassThreshold.Steps).Count(
            Votes, 3, new(0, Votes.Length), FunctionId.Of([new("is", "any")]));
        for (int image = 0; image < 2; image++)
        {
            Assert.Equal(expected.Counts.Select(count => (int)count), counted.At(image, step).ToArray());
            Assert.Equal(expected.Undecided, counted.Undecided(image));
        }
    }

    [Fact]
    public void An_image_that_lacks_votes_is_refused() => Assert.Contains("an image has 7 votes, not 8",
        Assert.Throws<ArgumentException>(() => new VotesByConfidence(
            VotesOfAWorld.Network("s", 1m, 3), 8, [Votes])).Message, StringComparison.Ordinal);
}
