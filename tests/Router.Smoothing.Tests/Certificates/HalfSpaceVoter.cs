using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// A linear classifier that is exact on the grid: it answers 1 where the noisy level of one coordinate exceeds a
/// threshold that lies half-way between two levels, so that rounding the noise changes no answer. P[1] = Φ((u −
/// t)/(255σ)), the true radius |u − t|/255.
/// </summary>
internal sealed class HalfSpaceVoter(GridNoise noise, int coordinate, double threshold) : IVoter
{
    private readonly short[] _drawn = new short[2];

    public FunctionId FunctionId { get; } = FunctionId.Of(
        [new("coordinate", $"{coordinate}"), new("threshold", $"{threshold}")]);

    public decimal Sigma => noise.Sigma;

    public int OutcomeCount => 2;

    /// <summary>How far the input is from the decision boundary, in [0,1] pixels.</summary>
    public double DistanceOf(GridInput input) => Math.Abs(input.Levels.Span[coordinate] - threshold) / 255;

    public int ClassOf(GridInput input) => input.Levels.Span[coordinate] > threshold ? 1 : 0;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        long[] counts = new long[2];
        long undecided = 0;
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
            if (noise.Fill(request.Stream, sample, _drawn))
                counts[request.Input.Levels.Span[coordinate] + _drawn[coordinate] > threshold ? 1 : 0]++;
            else undecided++;
        return Task.FromResult<VoteCounts>(new([.. counts], undecided, request.Range, FunctionId));
    }
}
