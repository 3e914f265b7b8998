using Router.Votes;

namespace Router.Smoothing;

/// <summary>
/// Asks voters for votes on pre-registered samples. Which samples those are is fixed beforehand, so no vote can
/// influence which samples count.
/// </summary>
public static class Certifier
{
    /// <summary>The votes of one range, checked to be what was asked for.</summary>
    /// <exception cref="InvalidDataException">
    /// The voter answered for other samples, or as another function, than it was asked.
    /// </exception>
    public static async Task<VoteCounts> AskAsync(
        IVoter voter, VoteRequest request, CancellationToken cancellationToken)
    {
        VoteCounts votes = await voter.VoteAsync(request, cancellationToken);
        if (votes.Range != request.Range || votes.FunctionId != voter.FunctionId
            || votes.Counts.Length != voter.OutcomeCount)
            throw new InvalidDataException(
                $"asked {voter.FunctionId} for samples {request.Range} over {voter.OutcomeCount} outcomes, "
                + $"but {votes.FunctionId} answered for {votes.Range} over {votes.Counts.Length}");
        return votes;
    }
}
