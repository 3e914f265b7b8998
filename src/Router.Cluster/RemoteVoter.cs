using Router.Cluster.Dispatch;
using Router.Votes;

namespace Router.Cluster;

/// <summary>
/// A network that is elsewhere, as a voter: its samples are drawn by whichever workers have its function. To the
/// certifier, to resilience and to failover it is a voter as any other.
/// </summary>
/// <param name="pool">The workers.</param>
/// <param name="sigma">The σ that they smooth with, which is part of their function.</param>
public sealed class RemoteVoter(RangeDispatcher pool, decimal sigma) : IVoter
{
    /// <summary>Whether a worker may be asked, now or in a moment.</summary>
    public bool HasWorkers => pool.HasWorkers;

    /// <summary>
    /// How often votes that had been given turned out to be wrong: <see cref="RangeDispatcher.Doubts"/>.
    /// </summary>
    public long Doubts => pool.Doubts;

    /// <inheritdoc/>
    public FunctionId FunctionId => pool.Function.Id;

    /// <inheritdoc/>
    public decimal Sigma => sigma;

    /// <inheritdoc/>
    public int OutcomeCount => pool.Function.Outcomes;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input has another shape than the network's.</exception>
    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        pool.VoteAsync(request, cancellationToken);
}
