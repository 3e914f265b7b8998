using System.Collections.Immutable;
using Router.Votes;

namespace Router.Evaluation.Tests.Runs;

/// <summary>
/// A voter without a network, with votes that follow from the noise alone. The first answers wait until as many as
/// <paramref name="together"/> were asked at once; after that answers come in another order than they were asked for,
/// each after some turns of others.
/// </summary>
internal sealed class WaitingVoter(decimal sigma, int outcomes, int together = 1) : IVoter
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;

    public FunctionId FunctionId { get; } = FunctionId.Of([new("sigma", $"{sigma}"), new("outcomes", $"{outcomes}")]);

    public decimal Sigma => sigma;

    public int OutcomeCount => outcomes;

    /// <summary>The most that were asked at once.</summary>
    public int Most { get; private set; }

    /// <summary>Thrown instead of an answer, where there is one.</summary>
    public Func<VoteRequest, Exception?> Fault { get; init; } = _ => null;

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Most = Math.Max(Most, ++_underWay);
            if (Most >= together) _all.TrySetResult();
        }
        await _all.Task.WaitAsync(cancellationToken);
        for (ulong turn = request.Stream.Seed % 20; turn > 0; turn--) await Task.Yield();
        lock (_lock) _underWay--;
        if (Fault(request) is { } fault) throw fault;
        cancellationToken.ThrowIfCancellationRequested();
        long[] counts = new long[outcomes];
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
        {
            ulong word = request.Stream.Uniform(sample, 0);
            counts[(word % 10 == 0 ? word / 10 : request.Stream.Seed) % (ulong)outcomes]++;
        }
        return new(ImmutableArray.Create(counts), 0, request.Range, FunctionId);
    }
}
