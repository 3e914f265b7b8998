using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Router.Experts.Engine;
using Router.Smoothing;

namespace Router.Experts.Voting;

/// <summary>A network as a voter: evaluates contiguous sample ranges in batches of one fixed shape.</summary>
internal sealed class ExpertVoter(SampleEvaluator evaluator, DeviceLane lane, ImmutableArray<int> imageShape, FunctionId functionId) : ISequenceVoter
{
    public FunctionId FunctionId => functionId;

    public decimal Sigma => evaluator.Sigma;

    public int OutcomeCount => evaluator.OutcomeCount;

    /// <exception cref="ArgumentException">The input has another shape than the network's.</exception>
    public async Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        long[] counts = new long[OutcomeCount];
        long undecided = 0;
        await foreach (ArraySegment<int> batch in BatchesAsync(request, cancellationToken))
            foreach (int vote in batch)
                if (vote == SampleEvaluator.Undecided) undecided++;
                else counts[vote]++;
        return new(ImmutableArray.Create(counts), undecided, request.Range, functionId);
    }

    /// <exception cref="ArgumentException">The input has another shape than the network's.</exception>
    public async Task<int[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        List<int> sequence = [];
        await foreach (ArraySegment<int> batch in BatchesAsync(request, cancellationToken))
            sequence.AddRange(batch);
        return [.. sequence];
    }

    private async IAsyncEnumerable<ArraySegment<int>> BatchesAsync(
        VoteRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!request.Input.Shape.SequenceEqual(imageShape))
            throw new ArgumentException(
                $"the input is ({string.Join(", ", request.Input.Shape)}), the network takes ({string.Join(", ", imageShape)})", nameof(request));
        int[] votes = new int[evaluator.BatchSize];
        for (long first = request.Range.From; first < request.Range.To; first += evaluator.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long past = Math.Min(first + evaluator.BatchSize, request.Range.To);
            Sample[] samples = [.. Indices(first, past).Select(index => new Sample(request.Input, request.Stream, index))];
            await VoteAsync(samples, votes, cancellationToken);
            yield return new(votes, 0, samples.Length);
            request.Progress?.Report(past - request.Range.From);
        }
    }

    // What libtorch throws is the device's fault: the same pass has run before, or has just been loaded for it.
    private async Task VoteAsync(Sample[] samples, int[] votes, CancellationToken cancellationToken)
    {
        try
        {
            await lane.RunAsync(() => evaluator.Vote(samples, votes), cancellationToken);
        }
        catch (Exception fault) when (fault is ExternalException or OutOfMemoryException)
        {
            throw new VoterUnavailableException(functionId, $"the forward pass failed on {lane.Device}: {fault.Message}", fault);
        }
    }

    private static IEnumerable<long> Indices(long from, long to)
    {
        for (long index = from; index < to; index++)
            yield return index;
    }
}
