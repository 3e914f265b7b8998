using Router.Engine;
using Router.Experts.Serving;
using Router.Experts.Tests.Voting;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Experts.Tests.Serving;

/// <summary>
/// A lane with networks of eight places, for images of 1×2×2 at σ = .25, whose class is the largest of four noisy
/// pixels.
/// </summary>
internal sealed class StubLane(string device = "cpu", TimeProvider? clock = null) : IDisposable
{
    public const int Places = 8;

    private static readonly GridNoise Noise = new(0.25m);

    private readonly List<BatchEvaluator> _evaluators = [];

    public LaneBatcher Batcher { get; } = new(new(device), clock);

    public BatchedNetwork Network(
        Action? beforePass = null, bool shares = true, string id = "stub", int threads = 1)
    {
        _evaluators.Add(new(
            new StubNetwork(4, image => image) { BeforePass = beforePass ?? (() => { }) }, 1, 2, 2,
            new("cpu", torch.ScalarType.Float32, Places) { Threads = threads }));
        return new(id, new(_evaluators[^1], Noise.Sigma, Noise.Fill,
            new(new InputLayer.None(), 1, Noise.Thresholds.Largest)), shares);
    }

    public ExpertVoter Voter(BatchedNetwork network) => StubVoting.Of(network, _evaluators[^1], Batcher);

    /// <summary>So many samples of a stream that tells whose they are.</summary>
    public static VoteRequest Request(uint stream, long count, Claim? claim = null, long from = 0) =>
        new(StubVoting.Input, new(42, stream), new(from, from + count)) { Claim = claim ?? Claim.None };

    public void Dispose()
    {
        Batcher.Dispose();
        foreach (BatchEvaluator evaluator in _evaluators) evaluator.Dispose();
    }
}
