using System.Collections.Immutable;
using Router.Evaluation.Logs;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// A recording of one network's votes: every certificate of these images can be made from it again without the network.
/// </summary>
public sealed class VoteRecording
{
    /// <summary>The byte of an undecided vote.</summary>
    internal const byte Undecided = 255;

    private readonly byte[] _votes;
    private readonly Dictionary<string, int> _rows;

    private VoteRecording(RecordingTerms terms, byte[] votes)
    {
        (Terms, _votes) = (terms, votes);
        _rows = terms.Images.Index().ToDictionary(row => row.Item.Input, row => row.Index);
    }

    /// <summary>What was recorded.</summary>
    public RecordingTerms Terms { get; }

    /// <summary>How many images are recorded to their last draw.</summary>
    public int CompleteImages => _votes.Length / Terms.Draws;

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
        if (votes.Length > (long)terms.Draws * terms.Images.Length)
            throw new BadInputException(
                path, $"it has {votes.Length} votes, more than {terms.Draws} of each of {terms.Images.Length} images");
        int foreign = votes.AsSpan().IndexOfAnyExcept(
            [.. Enumerable.Range(0, terms.Outcomes).Select(outcome => (byte)outcome), Undecided]);
        return foreign < 0
            ? new(terms, votes)
            : throw new BadInputException(path, $"byte {foreign} is {votes[foreign]}, which is none of "
                + $"{terms.Outcomes} outcomes nor {Undecided} for undecided");
    }

    /// <summary>The votes of one image on a range of its draws: an outcome, or <see cref="Undecided"/>, each.</summary>
    /// <exception cref="ArgumentException">The image was not recorded, or not so far.</exception>
    public ReadOnlySpan<byte> Votes(string inputHash, SampleRange range)
    {
        if (!_rows.TryGetValue(inputHash, out int row))
            throw new ArgumentException(
                $"input {inputHash} is not in the recording of {Terms.Network}", nameof(inputHash));
        long first = (long)row * Terms.Draws;
        if (range.From < 0 || range.To > Terms.Draws || first + range.To > _votes.Length)
            throw new ArgumentException(
                $"samples {range} of image {Terms.Images[row].Index} are not in the recording of {Terms.Network}, "
                + $"which has {Math.Clamp(_votes.Length - first, 0, Terms.Draws)} of them", nameof(range));
        return _votes.AsSpan((int)(first + range.From), (int)range.Count);
    }

    /// <summary>The votes of one image on a range of its draws, counted.</summary>
    /// <inheritdoc cref="Votes" path="/exception"/>
    public VoteCounts Counts(string inputHash, SampleRange range)
    {
        long[] counts = new long[Terms.Outcomes];
        long undecided = 0;
        foreach (byte vote in Votes(inputHash, range))
            if (vote == Undecided) undecided++;
            else counts[vote]++;
        return new(ImmutableArray.Create(counts), undecided, range, new(Terms.Function));
    }

    internal static TermsFile<RecordingTerms> TermsOf(string folder, string network) =>
        new(Path.Combine(folder, network + ".votes.json"), "recording", RecordingTerms.CurrentSchema, "folder");

    internal static string VotesPath(string folder, string network) => Path.Combine(folder, network + ".votes");
}
