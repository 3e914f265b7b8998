
namespace Router.Training.Batches;

/// <summary>The order of the images of one epoch: a permutation that epoch and seed decide.</summary>
internal static class EpochOrder
{
    /// <summary>Fisher–Yates, with words of the seed.</summary>
    public static int[] Of(int count, TrainingSeed seed, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int last = count - 1; last > 0; last--)
        {
            // 64 bits scaled to [0, last]: uneven by less than 2⁻⁴⁰.
            int other = (int)Math.BigMul(seed.Word(Purpose.Order, epoch, last), (ulong)last + 1, out _);
            (order[last], order[other]) = (order[other], order[last]);
        }
        return order;
    }

    /// <summary>How many whole batches; a rest smaller than a batch is left to the next epoch's order.</summary>
    public static int Steps(int count, int batchSize) => Math.Max(1, count / batchSize);
}
