using Router.Votes;

namespace Replay.Bench;

/// <summary>
/// A recorded expert of a smaller mix: there its stream has another number than the one it was recorded on. The votes
/// are as independent as before.
/// </summary>
/// <param name="recorded">Its recording.</param>
/// <param name="stream">The stream it was recorded on.</param>
internal sealed class RestreamedVoter(IVoter recorded, uint stream) : IVoter
{
    public FunctionId FunctionId => recorded.FunctionId;

    public decimal Sigma => recorded.Sigma;

    public int OutcomeCount => recorded.OutcomeCount;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        recorded.VoteAsync(request with { Stream = request.Stream with { Id = stream } }, cancellationToken);
}
