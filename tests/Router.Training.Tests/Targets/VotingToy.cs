using System.Collections.Immutable;
using Router.Smoothing;

namespace Router.Training.Tests.Targets;

/// <summary>An expert whose votes are the words of its stream modulo its classes, so that other noise is other votes.</summary>
internal sealed class VotingToy(decimal sigma, int classes = 3, string version = "1") : IVoter
{
    public List<VoteRequest> Asked { get; } = [];

    /// <summary>Called before each answer.</summary>
    public Action<int> Before { get; init; } = _ => { };

    public FunctionId FunctionId { get; } = FunctionId.Of([new("sigma", $"{sigma}"), new("version", version)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => classes;

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        Before(Asked.Count);
        cancellationToken.ThrowIfCancellationRequested();
        Asked.Add(request);
        long[] counts = new long[classes];
        for (long i = request.Range.From; i < request.Range.To; i++)
            counts[request.Stream.Uniform(i, 0) % (ulong)classes]++;
        return Task.FromResult(new Votes(ImmutableArray.Create(counts), 0, request.Range, FunctionId));
    }
}
