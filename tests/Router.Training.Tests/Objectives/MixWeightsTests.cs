using Router.Evaluation;
using Router.Training.Batches;
using Router.Training.Objectives;
using Router.Training.Targets;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Objectives;

public sealed class MixWeightsTests
{
    // One vote of one draw: P[p ≥ ½] is 1 − ½² with it, and ½² without.
    private const double Right = .75, Wrong = .25;

    private static readonly TrueRadii Targets = new(
        [new("s025", .25m), new("s050", .5m), new("s100", 1m)],
        [Image(0, [0, 1, 0]), Image(1, [1, 0, 0]), Image(2, [0, 1, 1])]);

    [Theory]
    [InlineData(1, 1, 1, 0)] // won
    [InlineData(1, 0, 1, 0)]
    [InlineData(0, 1, .15, .85)] // the next smaller σ wins it
    [InlineData(0, 0, .15, 0)] // nobody does
    [InlineData(.5, .5, .575, .2125)]
    public void An_image_weighs_what_this_sigma_wins_and_its_doubt_what_the_next_smaller_one_does(
        double wins, double passed, double own, double none)
    {
        (double a, double b) = MixWeights.Of(wins, passed, new());
        Assert.Equal(own, a, 1e-12);
        Assert.Equal(none, b, 1e-12);
    }

    [Fact]
    public void What_counts_are_the_expert_of_this_sigma_and_the_next_smaller_one()
    {
        AssertRows(1m, (Wrong, Right), (Wrong, Wrong), (Right, Right));
        AssertRows(.5m, (Right, Wrong), (Wrong, Right), (Right, Wrong));
        // The smallest σ passes an image on to nobody.
        AssertRows(.25m, (Wrong, 0), (Right, 0), (Wrong, 0));
    }

    [Fact]
    public void A_sigma_that_no_expert_has_is_refused_with_those_there_are() =>
        Assert.Equal(
            "the targets hold 0 experts of σ = 0.12, and one is needed to say what it can win: they are of "
            + "s025 (σ 0.25), s050 (σ 0.5), s100 (σ 1)",
            Assert.Throws<BadInputException>(() => new MixWeights(new(Targets, new()), .12m)).Message);

    private static ImageRadii Image(int index, long[] votes) =>
        new(index, index % 10, [0, 0, 0]) { Draws = 1, Votes = [.. votes] };

    private static void AssertRows(decimal sigma, params (double Wins, double Passed)[] expected)
    {
        using var scope = torch.NewDisposeScope();
        using NormalNumbers normal = new(1, torch.CPU);
        Batch batch = Batch.Cut(
            Patterned.Images(3), epoch: 1, [2, 0, 1], Augmentation.None, _ => 0, normal, torch.CPU);
        (torch.Tensor own, torch.Tensor none) = new MixWeights(new(Targets, new()), sigma).Rows(batch);
        foreach ((int row, int image) in ((int[])[2, 0, 1]).Index())
        {
            (double a, double b) = MixWeights.Of(expected[image].Wins, expected[image].Passed, new());
            Assert.Equal(a, own[row].item<float>(), 1e-6);
            Assert.Equal(b, none[row].item<float>(), 1e-6);
        }
    }
}
