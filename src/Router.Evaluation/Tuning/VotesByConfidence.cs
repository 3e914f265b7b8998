using Router.Evaluation.Runs;
using Router.Votes;

namespace Router.Evaluation.Tuning;

/// <summary>
/// What a network voted on some images, by class and confidence: the counts of every threshold θ follow from it.
/// </summary>
internal sealed class VotesByConfidence
{
    // Image, step, class: votes for the class with that confidence or more.
    private readonly int[] _atLeast;
    private readonly int[] _undecided;

    /// <summary>Counts votes.</summary>
    /// <param name="network">Whose votes they are: without a threshold.</param>
    /// <param name="draws">How many there are of each image.</param>
    /// <param name="images">The votes of each image.</param>
    /// <exception cref="ArgumentException">An image has more or fewer votes.</exception>
    public VotesByConfidence(TunedNetwork network, int draws, IReadOnlyCollection<IEnumerable<SampleVote>> images)
    {
        (Network, Draws) = (network, draws);
        int stride = (PassThreshold.Steps + 1) * network.Outcomes;
        (_atLeast, _undecided) = (new int[images.Count * stride], new int[images.Count]);
        foreach ((int image, IEnumerable<SampleVote> votes) in images.Index())
        {
            Span<int> counts = _atLeast.AsSpan(image * stride, stride);
            int counted = 0;
            foreach (SampleVote vote in votes)
            {
                if (vote.Outcome == SampleVote.Undecided) _undecided[image]++;
                else counts[vote.Step * network.Outcomes + vote.Outcome]++;
                counted++;
            }
            if (counted != draws)
                throw new ArgumentException($"an image has {counted} votes, not {draws}", nameof(images));
            for (int i = stride - network.Outcomes - 1; i >= 0; i--)
                counts[i] += counts[i + network.Outcomes];
        }
    }

    /// <summary>Whose votes they are.</summary>
    public TunedNetwork Network { get; }

    /// <summary>How many votes there are of each image.</summary>
    public int Draws { get; }

    /// <summary>The votes of a recording on some of its images.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="images">The images.</param>
    public static VotesByConfidence Of(VoteRecording recording, IEnumerable<RecordedImage> images) => new(
        TunedNetwork.Of(recording.Terms), recording.Terms.Draws,
        [.. images.Select(image => recording.Votes(image.Input, new(0, recording.Terms.Draws)))]);

    /// <summary>Votes per class that count at a threshold.</summary>
    /// <param name="image">The place of the image.</param>
    /// <param name="pass">θ in steps of <see cref="PassThreshold.Steps"/>.</param>
    public ReadOnlySpan<int> At(int image, int pass) => _atLeast.AsSpan(
        (image * (PassThreshold.Steps + 1) + pass) * Network.Outcomes, Network.Outcomes);

    /// <summary>Votes that could be for any class.</summary>
    public int Undecided(int image) => _undecided[image];
}

/// <summary>A network whose votes are tuned.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sigma">σ of its noise, in [0,1] pixels.</param>
/// <param name="Function">The id of its function, without a threshold.</param>
/// <param name="Outcomes">How many classes it votes over.</param>
public sealed record TunedNetwork(string Id, decimal Sigma, string Function, int Outcomes)
{
    /// <summary>The network of a recording.</summary>
    public static TunedNetwork Of(RecordingTerms terms) => new(
        terms.Network, terms.Sigma, terms.Function, terms.Outcomes);
}
