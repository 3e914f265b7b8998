using Router.Evaluation.Logs;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// A recording of one network's votes: every certificate of these images can be made from it again without the network,
/// with any threshold on the confidence of its votes.
/// </summary>
public sealed class VoteRecording
{
    /// <summary>Outcome, and confidence in steps.</summary>
    internal const int BytesPerDraw = 2;

    // The outcome of an undecided vote.
    private const byte Undecided = 255;

    private readonly byte[] _votes;
    private readonly Dictionary<string, int> _rows = [];

    private VoteRecording(RecordingTerms terms, byte[] votes)
    {
        (Terms, _votes) = (terms, votes);
        // Images that are equal have equal votes.
        foreach ((int row, RecordedImage image) in terms.Images.Index()) _rows.TryAdd(image.Input, row);
    }

    /// <summary>What was recorded.</summary>
    public RecordingTerms Terms { get; }

    /// <summary>How many images are recorded to their last draw.</summary>
    public int CompleteImages => _votes.Length / BytesPerDraw / Terms.Draws;

    /// <summary>Opens the recording of a network.</summary>
    /// <param name="folder">The folder of recordings.</param>
    /// <param name="network">The network's id.</param>
    /// <exception cref="BadInputException">There is no such recording, or it is damaged.</exception>
    public static VoteRecording Open(string folder, string network)
    {
        TermsFile<RecordingTerms> file = TermsOf(folder, network);
        RecordingTerms terms = file.Find() ?? throw new BadInputException(file.Path, "there is no such recording");
        string path = VotesPath(folder, network);
        byte[] votes = File.Exists(path)
            ? File.ReadAllBytes(path)
            : throw new BadInputException(path, "the recorded votes are missing");
        if (votes.Length > BytesPerDraw * (long)terms.Draws * terms.Images.Length)
            throw new BadInputException(path, $"it has {votes.Length / BytesPerDraw} votes, more than {terms.Draws} of "
                + $"each of {terms.Images.Length} images");
        return ForeignByte(votes, terms) is { } foreign
            ? throw new BadInputException(path, foreign)
            : new(terms, votes);
    }

    /// <summary>The votes of one image on a range of its draws, counted under a threshold.</summary>
    /// <param name="inputHash"><see cref="GridInput.Hash"/> of the image.</param>
    /// <param name="range">The draws.</param>
    /// <param name="theta">θ: votes of less confidence are passes; the counts are of the network with it.</param>
    /// <exception cref="ArgumentException">
    /// The image was not recorded, or not so far, or <see cref="PassThreshold.Objection"/>.
    /// </exception>
    public VoteCounts Counts(string inputHash, SampleRange range, decimal theta = 0) => PassThreshold.At(theta).Count(
        Votes(inputHash, range), Terms.Outcomes, range, new(Terms.Function));

    /// <summary>The votes of one image on a range of its draws.</summary>
    /// <exception cref="ArgumentException">The image was not recorded, or not so far.</exception>
    public IEnumerable<SampleVote> Votes(string inputHash, SampleRange range)
    {
        int first = FirstByte(inputHash, range);
        return Enumerable.Range(0, (int)range.Count).Select(i => VoteAt(first + BytesPerDraw * i));
    }

    /// <summary>A vote as it is written.</summary>
    internal static byte[] BytesOf(SampleVote vote) =>
        [vote.Outcome == SampleVote.Undecided ? Undecided : (byte)vote.Outcome, vote.Step];

    private SampleVote VoteAt(int offset) =>
        new(_votes[offset] == Undecided ? SampleVote.Undecided : _votes[offset], _votes[offset + 1]);

    private int FirstByte(string inputHash, SampleRange range)
    {
        if (!_rows.TryGetValue(inputHash, out int row))
            throw new ArgumentException(
                $"input {inputHash} is not in the recording of {Terms.Network}", nameof(inputHash));
        long first = (long)row * Terms.Draws, recorded = _votes.Length / BytesPerDraw;
        if (range.From < 0 || range.To > Terms.Draws || first + range.To > recorded)
            throw new ArgumentException(
                $"samples {range} of image {Terms.Images[row].Index} are not in the recording of {Terms.Network}, "
                + $"which has {Math.Clamp(recorded - first, 0, Terms.Draws)} of them", nameof(range));
        return (int)(BytesPerDraw * (first + range.From));
    }

    private static string? ForeignByte(byte[] votes, RecordingTerms terms)
    {
        for (int i = 0; i + 1 < votes.Length; i += BytesPerDraw)
        {
            (byte outcome, byte step) = (votes[i], votes[i + 1]);
            if (outcome >= terms.Outcomes && outcome != Undecided)
                return $"byte {i} is {outcome}, which is none of {terms.Outcomes} outcomes nor {Undecided} for "
                    + "undecided";
            if (step > PassThreshold.Steps || (outcome == Undecided && step > 0))
                return $"byte {i + 1} is {step}, which is no confidence of outcome {outcome}: that of a decided vote "
                    + $"is 0 to {PassThreshold.Steps}, that of an undecided one 0";
        }
        return null;
    }

    internal static TermsFile<RecordingTerms> TermsOf(string folder, string network) =>
        new(Path.Combine(folder, network + ".votes.json"), "recording", RecordingTerms.CurrentSchema, "folder");

    internal static string VotesPath(string folder, string network) => Path.Combine(folder, network + ".votes");
}
