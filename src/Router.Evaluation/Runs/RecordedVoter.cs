using Router.Smoothing;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// A recording as a voter: certificates made from it are those the network would have given, with its function id.
/// </summary>
/// <param name="recording">The votes.</param>
/// <param name="peersFrom">
/// The sample that stands for the first of <see cref="SampleCounts.PeerRange"/>, which is not recorded. In one
/// certificate an expert has one role, so the samples its class would be estimated on if it were routed to serve as
/// well where it is a peer.
/// </param>
/// <param name="threshold">What confidence its votes need to count; none unless told.</param>
public sealed class RecordedVoter(VoteRecording recording, long peersFrom, PassThreshold threshold = default) : IVoter
{
    /// <inheritdoc/>
    public FunctionId FunctionId { get; } = threshold.Of(new(recording.Terms.Function));

    /// <inheritdoc/>
    public decimal Sigma => recording.Terms.Sigma;

    /// <inheritdoc/>
    public int OutcomeCount => recording.Terms.Outcomes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The recording is of other noise, or lacks these samples.</exception>
    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        if (request.Stream != recording.Terms.StreamOf(request.Input))
            throw new ArgumentException(
                $"the recording of {recording.Terms.Network} is of {recording.Terms.StreamOf(request.Input)}, not of "
                + $"{request.Stream}", nameof(request));
        long offset = request.Range.From >= SampleCounts.FirstPeerIndex ? SampleCounts.FirstPeerIndex - peersFrom : 0;
        VoteCounts votes = recording.Counts(
            request.Input.Hash, new(request.Range.From - offset, request.Range.To - offset), threshold.Theta);
        return Task.FromResult(new VoteCounts(votes.Counts, votes.Undecided, request.Range, FunctionId, votes.Passed));
    }
}
