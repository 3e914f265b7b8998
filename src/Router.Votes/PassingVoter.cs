namespace Router.Votes;

/// <summary>
/// A network that votes only where it is sure enough. That is a base classifier too: it answers a class c where the
/// network's class is c and its confidence at least θ, and otherwise ⊥, so every theorem about smoothed classifiers
/// holds for it as it stands.
/// </summary>
/// <param name="network">Says how sure each vote is.</param>
/// <param name="threshold">θ.</param>
public sealed class PassingVoter(ISequenceVoter network, PassThreshold threshold) : IVoter
{
    /// <inheritdoc cref="PassThreshold.Of"/>
    public FunctionId FunctionId { get; } = threshold.Of(network.FunctionId);

    /// <inheritdoc/>
    public decimal Sigma => network.Sigma;

    /// <inheritdoc/>
    public int OutcomeCount => network.OutcomeCount;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The network answered for other samples than it was asked.</exception>
    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        try
        {
            SampleVote[] votes = await network.VoteSequenceAsync(request, cancellationToken);
            return votes.Length == request.Range.Count
                ? threshold.Count(votes, OutcomeCount, request.Range, network.FunctionId)
                : throw new InvalidDataException(
                    $"asked {network.FunctionId} for samples {request.Range}, but it answered {votes.Length} votes");
        }
        catch (VoterUnavailableException fault)
        {
            // Whoever asks knows this function, not the network.
            throw new VoterUnavailableException(FunctionId, fault.Message, fault.InnerException);
        }
    }
}
