using Router.Experts.Files;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// Writes a recording: two bytes per draw, outcome and confidence, image after image, so that the file's length says
/// which draw comes next. A run that was killed continues there; draws are addressed by index, and nothing is drawn
/// twice.
/// </summary>
public sealed class VoteRecorder : IDisposable
{
    // Draws between writes: much more than a CPU's batch.
    private const int DrawsPerWrite = 2048;

    private readonly FileLock _lock;
    private readonly FileStream _votes;

    // Those of one party are served in the order they came, so that a run that is stopped loses little.
    private readonly Claim _claim = new() { Party = new() };

    private VoteRecorder(RecordingTerms terms, FileLock held, FileStream votes) =>
        (Terms, _lock, _votes) = (terms, held, votes);

    /// <summary>What is recorded.</summary>
    public RecordingTerms Terms { get; }

    /// <summary>How many draws are on disk, of all images together.</summary>
    public long Recorded => _votes.Length / VoteRecording.BytesPerDraw;

    /// <summary>How many there will be.</summary>
    public long Planned => (long)Terms.Draws * Terms.Images.Length;

    /// <summary>Begins a recording, or continues the one that is there.</summary>
    /// <param name="folder">The folder of recordings; made where it is missing.</param>
    /// <param name="terms">What to record.</param>
    /// <exception cref="ArgumentException">The network has more outcomes than a byte can tell.</exception>
    /// <exception cref="FileInUseException">Another run records this network there.</exception>
    /// <exception cref="BadInputException">There is a recording of other terms under this name.</exception>
    public static VoteRecorder Open(string folder, RecordingTerms terms)
    {
        if (terms.Outcomes > RecordingTerms.MostOutcomes)
            throw new ArgumentException($"{terms.Network} votes over {terms.Outcomes} outcomes, a recording holds up "
                + $"to {RecordingTerms.MostOutcomes}", nameof(terms));
        Directory.CreateDirectory(folder);
        string file = VoteRecording.VotesPath(folder, terms.Network);
        FileLock held = FileLock.Take(file);
        try
        {
            // Terms before votes: votes without terms mean nothing.
            VoteRecording.TermsOf(folder, terms.Network).Claim(terms);
            FileStream votes = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            votes.SetLength(votes.Length / VoteRecording.BytesPerDraw * VoteRecording.BytesPerDraw);
            votes.Seek(0, SeekOrigin.End);
            return new(terms, held, votes);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Records every draw that is missing.</summary>
    /// <param name="voter">The network of the terms, without a threshold.</param>
    /// <param name="inputs">Reads the image of a row of the terms.</param>
    /// <param name="progress">Told how many draws are on disk.</param>
    /// <param name="cancellationToken">Stops between writes; what is written stays.</param>
    /// <exception cref="BadInputException">An image is not the one of the terms.</exception>
    public async Task RecordAsync(
        ISequenceVoter voter, Func<RecordedImage, GridInput> inputs, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        IAsyncEnumerable<SampleVote[]> recorded = InOrder.RunAsync(Missing(), UnderWay, (missing, stop) =>
        {
            GridInput input = Read(missing.Image);
            return voter.VoteSequenceAsync(new(input, Terms.StreamOf(input), missing.Range) { Claim = _claim }, stop);
        }, cancellationToken);
        await foreach (SampleVote[] votes in recorded)
        {
            _votes.Write([.. votes.SelectMany(VoteRecording.BytesOf)]);
            _votes.Flush();
            progress?.Report(Recorded);
        }

        GridInput Read(RecordedImage image) => inputs(image) is var input && input.Hash == image.Input ? input
            : throw new BadInputException(_votes.Name, $"image {image.Index} is not the one that was recorded: its "
                + $"hash is {input.Hash}, not {image.Input}");
    }

    private IEnumerable<(RecordedImage Image, SampleRange Range)> Missing()
    {
        long first = Recorded % Terms.Draws;
        foreach (RecordedImage image in Terms.Images.Skip((int)(Recorded / Terms.Draws)))
        {
            for (long from = first; from < Terms.Draws; from += DrawsPerWrite)
                yield return (image, new(from, Math.Min(from + DrawsPerWrite, Terms.Draws)));
            first = 0;
        }
    }

    // Ranges at once, of images with few draws more of them: a GPU's batch.
    private int UnderWay => Math.Clamp(2 * DrawsPerWrite / Terms.Draws, 2, 16);

    /// <inheritdoc/>
    public void Dispose()
    {
        _votes.Dispose();
        _lock.Dispose();
    }
}
