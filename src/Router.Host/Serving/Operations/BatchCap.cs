
namespace Router.Host.Serving.Operations;

/// <summary>
/// How many images a forward pass may take, once a larger batch did not fit. Another batch is another function: it comes with the next
/// epoch, and never into a certificate that was begun with the old one.
/// </summary>
/// <param name="asked">The batch that was asked for; null for the registry's.</param>
internal sealed class BatchCap(int? asked)
{
    private readonly Lock _gate = new();

    /// <summary>The batch of the next epoch; null for the registry's.</summary>
    public int? Images { get; private set; } = asked;

    /// <summary>A batch did not fit.</summary>
    /// <param name="images">The batch.</param>
    /// <returns>What the next epoch takes; null where that was said before, or there is nothing smaller.</returns>
    public int? Halve(int images)
    {
        lock (_gate)
        {
            int smaller = images / 2;
            if (smaller < 1 || Images <= smaller) return null;
            Images = smaller;
            return smaller;
        }
    }
}
