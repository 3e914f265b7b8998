using Router.Data;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// What one device has to do in a pass: every image by every network on it, a few at once, so that the device always
/// has a batch to go on with. They are written in the order they were begun, whichever ends first: so files are in the
/// order of the images, and what is lost when the process is killed was under way.
/// </summary>
/// <param name="networks">The files of its networks.</param>
/// <param name="clock">The device's time.</param>
internal sealed class DevicePass(IReadOnlyList<INetworkFiles> networks, SharedClock clock) : IDisposable
{
    /// <summary>How many images its networks have done, each counted for itself.</summary>
    public int Done => networks.Sum(network => network.Done.Count);

    /// <summary>Does what is missing.</summary>
    /// <param name="images">The images, in order.</param>
    /// <param name="data">Where they are.</param>
    /// <param name="passedOver">Receives those that it goes on without.</param>
    /// <param name="inFlight">How many may be under way at once, ≥ 1.</param>
    /// <param name="written">Told of each that is on disk or passed over.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    public async Task RunAsync(
        IEnumerable<int> images, DataSet data, PassedOver passedOver, int inFlight, Action written,
        CancellationToken cancellationToken)
    {
        IEnumerable<(int Image, INetworkFiles Network)> missing = images.SelectMany(
            image => networks.Where(network => !network.Done.Contains(image)).Select(network => (image, network)));
        IAsyncEnumerable<Action?> drawn = InOrder.RunAsync(
            missing, inFlight, (one, sources, stop) => passedOver.TryAsync(
                data, one.Image, image => DrawAsync(one.Network, image, sources, stop)), cancellationToken);
        await foreach (Action? write in drawn)
        {
            write?.Invoke();
            written();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (INetworkFiles network in networks) network.Dispose();
    }

    private async Task<Action> DrawAsync(
        INetworkFiles network, LabelledImage image, AnswerSources sources, CancellationToken cancellationToken)
    {
        clock.Begin();
        try
        {
            return await network.DrawAsync(image, sources, cancellationToken);
        }
        finally
        {
            clock.End();
        }
    }
}
