using System.Collections.Immutable;
using Router.Training.Batches;
using Router.Training.Dual;
using Router.Training.Targets;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Dual;

public sealed class RoutedImagesTests
{
    private const int Draws = 4;

    private static readonly TrainingImages Images = Patterned.Images(6);

    // Votes for the true class at σ = .25, .5 and 1; image 4 was not asked about.
    private static readonly TrueRadii Targets = new(
        [new("s025", .25m), new("s050", .5m), new("s100", 1m)],
        [Image(0, [4, 4, 2]), Image(1, [4, 3, 1]), Image(2, [4, 1, 0]), Image(3, [0, 1, 1]), Image(5, [0, 0, 4])]);

    [Fact]
    public void An_image_of_a_cascade_goes_to_the_first_expert_from_above_with_half_of_the_votes_or_to_the_last() =>
        Assert.Equal([2, 1, 0, 0, -1, 2], RoutedImages.ByCascade(Targets, Images).Routes);

    [Fact]
    public void An_expert_of_a_cascade_learns_what_no_larger_sigma_is_right_about_and_one_behind_a_router_its_own()
    {
        RoutedImages cascade = RoutedImages.ByCascade(Targets, Images);
        Assert.Equal([2, 3], cascade.For(0, elsewhere: 0, _ => 0));
        Assert.Equal([1, 2, 3], cascade.For(1, elsewhere: 0, _ => 0));
        Assert.Equal([0, 1, 2, 3, 5], cascade.For(2, elsewhere: 0, _ => 0));
        Assert.Equal([1], new RoutedImages(cascade.Routes).For(1, elsewhere: 0, _ => 0));
    }

    [Fact]
    public void Of_all_others_an_expert_learns_a_share_but_nothing_that_nobody_was_asked_about() =>
        Assert.Equal(
            [0, 2, 3], RoutedImages.ByCascade(Targets, Images).For(
                0, elsewhere: .5, row => row == 0 ? 0 : ulong.MaxValue));

    private static ImageRadii Image(int index, ImmutableArray<long> votes) =>
        new(index, index % 10, [0, 0, 0]) { Draws = Draws, Votes = votes };
}
