using Router.Votes;

namespace Cluster.Member;

/// <summary>A network whose device hangs after a while: it answers no more, nor does it stop when told.</summary>
internal sealed class HangingVoter(IVoter voter) : IVoter
{
    // The canary, and a few ranges.
    private const int Answers = 4;

    private int _asked;

    public FunctionId FunctionId => voter.FunctionId;

    public decimal Sigma => voter.Sigma;

    public int OutcomeCount => voter.OutcomeCount;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        int asked = Interlocked.Increment(ref _asked);
        if (asked <= Answers) return voter.VoteAsync(request, cancellationToken);
        if (asked == Answers + 1) Console.WriteLine("a device hangs");
        return new TaskCompletionSource<VoteCounts>().Task;
    }
}
