using Router.Engine;
using Router.Experts.Serving;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Experts.Tests.Voting;

/// <summary>A voter over a stub network for images of 1×2×2 at σ = .25, with everything it needs.</summary>
internal sealed class StubVoting : IDisposable
{
    private static readonly GridNoise Noise = new(0.25m);

    private readonly BatchEvaluator _evaluator;
    private readonly LaneBatcher _lane = new(new("cpu"));

    public StubVoting(StubNetwork network, int batch = 8, NoiseDraw? draw = null)
    {
        _evaluator = new(network, 1, 2, 2, new("cpu", torch.ScalarType.Float32, batch));
        SampleEvaluator samples = new(
            _evaluator, Noise.Sigma, draw ?? Noise.Fill, new(new InputLayer.None(), 1, Noise.Thresholds.Largest));
        Voter = Of(new("stub", samples, SharesPasses: true), _evaluator, _lane);
    }

    public static GridInput Input { get; } = new(new byte[] { 10, 100, 150, 250 }, 1, 2, 2);

    public ExpertVoter Voter { get; }

    /// <summary>A voter whose network is in memory and stays there.</summary>
    public static ExpertVoter Of(BatchedNetwork network, BatchEvaluator evaluator, LaneBatcher lane)
    {
        Residence residence = new(new(lane.Lane, long.MaxValue), "stub", new("stub"), bytes: 0, mayLeave: false,
            () => throw new InvalidOperationException("it never left"));
        residence.Room.Admit(residence,
            new(evaluator, new(new InputLayer.None(), 1, Noise.Thresholds.Largest), network));
        return new(residence, lane, [1, 2, 2], new("stub"), network.Samples.Sigma, network.Samples.OutcomeCount);
    }

    public void Dispose()
    {
        _lane.Dispose();
        _evaluator.Dispose();
    }
}
