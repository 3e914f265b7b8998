using Router.Data;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>One network's part of a pass: its draws and its files.</summary>
internal interface INetworkFiles : IDisposable
{
    /// <summary>The images that the files hold.</summary>
    IReadOnlySet<int> Done { get; }

    /// <summary>Draws what an image needs; several at once.</summary>
    /// <param name="image">The image.</param>
    /// <param name="sources">Told whose votes it rests on, which may turn out wrong before it is written.</param>
    /// <param name="cancellationToken">Stops the work; nothing is written then.</param>
    /// <returns>Writes it down: to be called in the order of the images, one at a time.</returns>
    Task<Action> DrawAsync(LabelledImage image, AnswerSources sources, CancellationToken cancellationToken);
}
