using Router.Training.Batches;

namespace Router.Training.Tests.Batches;

public sealed class EpochOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(257)]
    public void Each_epoch_is_a_permutation_of_the_images(int count)
    {
        for (int epoch = 1; epoch <= 3; epoch++)
            Assert.Equal(Enumerable.Range(0, count), EpochOrder.Of(count, new(7), epoch).Order());
    }

    [Fact]
    public void Another_epoch_or_seed_is_another_order_and_the_same_is_the_same()
    {
        int[] order = EpochOrder.Of(100, new(7), 1);
        Assert.Equal(order, EpochOrder.Of(100, new(7), 1));
        Assert.NotEqual(order, EpochOrder.Of(100, new(7), 2));
        Assert.NotEqual(order, EpochOrder.Of(100, new(8), 1));
        Assert.NotEqual(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public void All_orders_of_four_images_are_as_frequent_as_the_others()
    {
        Dictionary<string, int> seen = [];
        for (int epoch = 0; epoch < 24_000; epoch++)
        {
            string order = string.Join(' ', EpochOrder.Of(4, new(1), epoch));
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(24, seen.Count);
        // 1000 each; five standard deviations are 155.
        Assert.All(seen.Values, count => Assert.InRange(count, 845, 1155));
    }

    [Theory]
    [InlineData(128, 32, 4)]
    [InlineData(130, 32, 4)]
    [InlineData(20, 32, 1)]
    public void A_rest_smaller_than_a_batch_is_left_out_unless_there_is_nothing_else(int count, int batch, int steps) =>
        Assert.Equal(steps, EpochOrder.Steps(count, batch));
}
