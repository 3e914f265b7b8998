using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// A linear classifier that is the surer the farther a noisy level lies from its boundary: at a distance of d levels
/// its confidence is (100 + d)/200. With a threshold of (100 + w)/200 it passes within w levels of the boundary, so
/// that each probability is that of a half-space, exact on the grid: boundaries lie half-way between two levels.
/// </summary>
/// <param name="noise">Its noise.</param>
/// <param name="boundary">Above this level of the first coordinate it answers 1, below 0; half-way between two.</param>
internal sealed class SureHalfSpace(GridNoise noise, double boundary) : ISequenceVoter
{
    private readonly short[] _drawn = new short[1];

    public FunctionId FunctionId { get; } = FunctionId.Of([new("boundary", $"{boundary}")]);

    public decimal Sigma => noise.Sigma;

    public int OutcomeCount => 2;

    /// <summary>The threshold under which it passes within so many levels of the boundary.</summary>
    public static PassThreshold Within(int levels) => PassThreshold.At((100 + levels) / 200m);

    /// <summary>P[f = c] at a real first coordinate, in levels, where it passes within w levels; c is 0 or 1.</summary>
    public double Probability(int outcome, double level, int within) =>
        Normal.Cdf(((outcome == 1 ? level - boundary : boundary - level) - within) / 255 / (double)Sigma);

    public Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        SampleVote[] votes = new SampleVote[request.Range.Count];
        for (int i = 0; i < votes.Length; i++)
            if (noise.Fill(request.Stream, request.Range.From + i, _drawn))
            {
                double distance = request.Input.Levels.Span[0] + _drawn[0] - boundary;
                votes[i] = new(distance > 0 ? 1 : 0,
                    PassThreshold.StepOf(Math.Min(1, (100 + Math.Abs(distance)) / PassThreshold.Steps)));
            }
            else votes[i] = new(SampleVote.Undecided, 0);
        return Task.FromResult(votes);
    }

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        PassThreshold.At(0).Count(
            await VoteSequenceAsync(request, cancellationToken), OutcomeCount, request.Range, FunctionId);
}
