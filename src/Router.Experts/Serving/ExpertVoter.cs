using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Router.Engine;
using Router.Votes;

namespace Router.Experts.Serving;

/// <summary>
/// A network as a voter: contiguous sample ranges go through its device's <see cref="LaneBatcher"/>, beside those of
/// everyone else.
/// </summary>
internal sealed class ExpertVoter(
    Residence residence, LaneBatcher batcher, ImmutableArray<int> imageShape, FunctionId functionId, decimal sigma,
    int outcomeCount) : ISequenceVoter
{
    public FunctionId FunctionId => functionId;

    public decimal Sigma => sigma;

    public int OutcomeCount => outcomeCount;

    /// <exception cref="ArgumentException">The input has another shape than the network's.</exception>
    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        await DrawAsync(request, sequence: null, cancellationToken);

    /// <exception cref="ArgumentException">The input has another shape than the network's.</exception>
    public async Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        SampleVote[] sequence = new SampleVote[request.Range.Count];
        await DrawAsync(request, sequence, cancellationToken);
        return sequence;
    }

    // What libtorch throws is the device's fault: the same pass has run before, or has just been loaded for it.
    private async Task<VoteCounts> DrawAsync(
        VoteRequest request, SampleVote[]? sequence, CancellationToken cancellationToken)
    {
        if (!request.Input.Shape.SequenceEqual(imageShape))
            throw new ArgumentException(
                $"the input is ({string.Join(", ", request.Input.Shape)}), the network takes "
                + $"({string.Join(", ", imageShape)})", nameof(request));
        if (request.Range.Count == 0)
            return new([.. new long[OutcomeCount]], 0, request.Range, functionId);
        cancellationToken.ThrowIfCancellationRequested();
        // For this range alone: who holds a network while waiting for another one could stand in its way.
        using NetworkLease lease = await residence.Room.LeaseAsync(residence, cancellationToken);
        PendingVotes pending = batcher.Enter(lease.Network.Batched, request, sequence);
        try
        {
            await using CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(
                _ => batcher.Leave(pending, cancellationToken), null);
            await pending.DrawnAsync();
            return pending.Votes(functionId);
        }
        catch (Exception fault) when (fault is ExternalException or OutOfMemoryException or InvalidDataException)
        {
            throw new VoterUnavailableException(
                functionId, $"the forward pass failed on {batcher.Lane.Device}: {TorchFault.Cause(fault)}", fault);
        }
        finally
        {
            batcher.Leave(pending, cancellationToken);
        }
    }
}
