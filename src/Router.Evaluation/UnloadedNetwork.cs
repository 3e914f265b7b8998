using Router.Experts.Registry;
using Router.Votes;

namespace Router.Evaluation;

/// <summary>
/// A network as its registry describes it, before it is loaded: enough to say how a classifier of it splits α. It never
/// votes.
/// </summary>
/// <param name="config">The network's entry.</param>
/// <param name="outcomes">How many outcomes it votes over.</param>
internal sealed class UnloadedNetwork(NetworkConfig config, int outcomes) : IVoter
{
    /// <inheritdoc/>
    public FunctionId FunctionId { get; } = FunctionId.Of([new("unloaded", config.Id)]);

    /// <inheritdoc/>
    public decimal Sigma => config.Sigma;

    /// <inheritdoc/>
    public int OutcomeCount => outcomes;

    /// <inheritdoc/>
    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{config.Id} is not loaded");
}
