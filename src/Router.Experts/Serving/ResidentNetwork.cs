using Router.Engine;

namespace Router.Experts.Serving;

/// <summary>
/// A network as it stands in memory: all that goes when it leaves. It runs, and goes, in turns of its device's lane.
/// </summary>
/// <param name="Evaluator">Its tensors; owned.</param>
/// <param name="Levels">Its input layer.</param>
/// <param name="Batched">What the lane's passes ask.</param>
internal sealed record ResidentNetwork(BatchEvaluator Evaluator, LevelTable Levels, BatchedNetwork Batched)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Evaluator.Dispose();
}
