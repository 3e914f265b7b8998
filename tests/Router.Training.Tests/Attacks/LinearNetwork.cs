using System.Collections.Immutable;
using Router.Training.Attacks;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Training.Tests.Attacks;

/// <summary>
/// Two outcomes, 1 where w·x > b and 0 elsewhere, x in [0,1]^d. Symmetric noise puts w·δ on either side of 0 alike, so
/// the smoothed answer changes at the plane itself: its true radius is the distance |w·x − b| / ‖w‖.
/// </summary>
internal sealed class LinearNetwork(string name, decimal sigma, double[] weights, double bias) : IVoter
{
    private readonly GridNoise _noise = new(sigma);

    public FunctionId FunctionId { get; } = FunctionId.Of(
        [new("name", name), new("sigma", $"{sigma}"), new("w", string.Join(' ', weights)), new("b", $"{bias}")]);

    public decimal Sigma => sigma;

    public int OutcomeCount => 2;

    public int OutcomeAt(GridInput input) => Lead(input.Levels.Span, []) > 0 ? 1 : 0;

    public double RadiusAt(GridInput input) =>
        Math.Abs(Lead(input.Levels.Span, [])) / Math.Sqrt(weights.Sum(weight => weight * weight));

    public AttackedNetwork Attacked()
    {
        torch.Tensor row = torch.tensor([.. weights.Select(weight => (float)weight)]);
        return new(
            x =>
            {
                torch.Tensor lead = x.flatten(1).matmul(row.unsqueeze(1)).squeeze(1) - bias;
                return torch.stack([lead * 0, lead * 4], 1);
            }, (double)sigma, owned: row);
    }

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        long[] counts = new long[2];
        short[] noise = new short[weights.Length];
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
        {
            Assert.True(_noise.Fill(request.Stream, sample, noise));
            counts[Lead(request.Input.Levels.Span, noise) > 0 ? 1 : 0]++;
        }
        return Task.FromResult(new VoteCounts(ImmutableArray.Create(counts), 0, request.Range, FunctionId));
    }

    private double Lead(ReadOnlySpan<byte> levels, ReadOnlySpan<short> noise)
    {
        double sum = -bias;
        for (int i = 0; i < levels.Length; i++)
            sum += weights[i] * (levels[i] + (noise.IsEmpty ? 0 : noise[i])) / 255;
        return sum;
    }
}
