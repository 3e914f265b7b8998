using Router.Data;

namespace Router.Evaluation.Runs;

/// <summary>One network's part of a pass: its draws and its files.</summary>
internal interface INetworkFiles : IDisposable
{
    /// <summary>The images that the files hold.</summary>
    IReadOnlySet<int> Done { get; }

    /// <summary>Draws what an image needs; several at once.</summary>
    /// <returns>Writes it down: to be called in the order of the images, one at a time.</returns>
    Task<Action> DrawAsync(LabelledImage image, CancellationToken cancellationToken);
}
