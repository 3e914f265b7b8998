using System.Diagnostics;
using Router.Votes;

namespace Cluster.Member;

/// <summary>A network that takes its process along when it sees a black picture, as a driver's fault does.</summary>
internal sealed class DeadlyVoter(IVoter voter) : IVoter
{
    public FunctionId FunctionId => voter.FunctionId;

    public decimal Sigma => voter.Sigma;

    public int OutcomeCount => voter.OutcomeCount;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        if (request.Input.Levels.Span.IndexOfAnyExcept((byte)0) < 0) Process.GetCurrentProcess().Kill();
        return voter.VoteAsync(request, cancellationToken);
    }
}
