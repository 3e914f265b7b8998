using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Noise;

namespace Router.Estimator.Tests.Mixes;

/// <summary>A voter whose every single vote can be looked up: a fixed function of stream and sample, now and then undecided.</summary>
internal sealed class SampledVoter(string name, decimal sigma, int outcomes) : IVoter
{
    public List<VoteRequest> Asked { get; } = [];

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => outcomes;

    /// <summary>The vote, or null where it is undecided. Later outcomes are more frequent.</summary>
    public int? VoteOn(NoiseStream stream, long sample) =>
        stream.Uniform(sample, 0) % 20 == 0 ? null : Math.Min(outcomes - 1, (int)(stream.Uniform(sample, 1) % (ulong)(2 * outcomes)));

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        Asked.Add(request);
        long[] counts = new long[outcomes];
        long undecided = 0;
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
            if (VoteOn(request.Stream, sample) is { } vote) counts[vote]++;
            else undecided++;
        return Task.FromResult(new Votes(ImmutableArray.Create(counts), undecided, request.Range, FunctionId));
    }
}
