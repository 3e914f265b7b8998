using Router.Smoothing.Bounds;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Bounds;

public class RandomisedClopperPearsonTests
{
    [Fact]
    public void Lower_and_W_are_those_of_the_reference_and_upper_mirrors_lower()
    {
        foreach (Row row in BoundsReference.Table<Row>("randomised.json"))
        {
            RandomisedClopperPearson bound = new(row.Draws, row.Alpha, new(row.Seed, row.Stream));
            Assert.Equal(1, bound.W / double.Parse(row.W), 4e-16);
            BoundsReference.AssertOutward(
                row.Lower, row.Complement, bound.Lower(row.Successes, row.Draws), row.ToString());
            BoundsReference.AssertOutward(
                row.Lower, row.Complement, bound.Upper(row.Draws - row.Successes, row.Draws).Opposite, row.ToString());
        }
    }

    [Fact]
    public void W_belongs_to_the_stream_and_is_the_same_at_every_try()
    {
        NoiseStream stream = new(5, 2);
        Assert.Equal(new RandomisedClopperPearson(10, 0.05, stream).W,
            new RandomisedClopperPearson(10, 0.05, stream).W);
        Assert.NotEqual(RandomisedClopperPearson.RandomiserOf(stream),
            RandomisedClopperPearson.RandomiserOf(stream with { Id = 3 }));
        Assert.NotEqual(RandomisedClopperPearson.RandomiserOf(stream),
            RandomisedClopperPearson.RandomiserOf(stream with { Seed = 6 }));
    }

    [Fact]
    public void It_lies_between_the_plain_bound_and_the_plain_bound_of_one_success_more()
    {
        for (int successes = 0; successes < 40; successes++)
        {
            Probability bound = new RandomisedClopperPearson(40, 0.01, new((ulong)successes, 0)).Lower(successes, 40);
            Assert.False(bound < ClopperPearson.Lower(successes, 40, 0.01));
            Assert.True(bound < ClopperPearson.Lower(successes + 1, 40, 0.01));
        }
    }

    private sealed record Row(
        long Successes, long Draws, double Alpha, ulong Seed, uint Stream, string W, string Lower, string Complement);
}
