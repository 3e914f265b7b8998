using Router.Engine;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Votes;

namespace Router.Host.Serving.Operations;

/// <summary>
/// A network behind its circuit. Whatever keeps it from answering, an exception, a pass that hangs, memory, votes that
/// are not what was asked for, or logits that are no numbers, comes out as <see cref="VoterUnavailableException"/>,
/// which the registry's failover policy decides about. That may depend on the votes: a failover is sound whoever chose
/// the moment of the fault (docs/certificates.md, section 3).
/// </summary>
/// <param name="voter">The network.</param>
/// <param name="circuit">Its circuit.</param>
/// <param name="passRuns">For how long the forward pass that is under way on its device has run.</param>
/// <param name="loadRuns">For how long the load has run that it waits for.</param>
/// <param name="settings">After what time a pass or a load hangs.</param>
/// <param name="clock">The time.</param>
/// <param name="outOfMemory">Told where its batch does not fit the device.</param>
internal sealed class ResilientVoter(
    IVoter voter, Circuit circuit, Func<TimeSpan> passRuns, Func<TimeSpan> loadRuns, ResilienceSettings settings,
    TimeProvider clock, Action outOfMemory) : IVoter
{
    public FunctionId FunctionId => voter.FunctionId;

    public decimal Sigma => voter.Sigma;

    public int OutcomeCount => voter.OutcomeCount;

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        circuit.RunAsync(FunctionId, token => DrawAsync(request, token), cancellationToken);

    private async Task<VoteCounts> DrawAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        try
        {
            VoteCounts votes = await WatchAsync(request, cancellationToken);
            return votes.Undecided < request.Range.Count || request.Range.Count == 0
                ? votes
                : throw new VoterUnavailableException(
                    FunctionId, $"none of {request.Range.Count} samples has logits that are numbers");
        }
        catch (VoterUnavailableException fault)
        {
            if (TorchFault.IsOutOfMemory(fault)) outOfMemory();
            throw;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ObjectDisposedException))
        {
            // Nobody asks for an input of another shape, or for no samples: an argument that is wrong is one within.
            throw new VoterUnavailableException(FunctionId, fault.Message, fault);
        }
    }

    private async Task<VoteCounts> WatchAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<VoteCounts> votes = Certifier.AskAsync(voter, request, over.Token);
        Task<string> hung = HangsAsync(over.Token);
        if (await Task.WhenAny(votes, hung) == votes || over.IsCancellationRequested)
        {
            await over.CancelAsync();
            return await votes;
        }
        await over.CancelAsync();
        throw new VoterUnavailableException(FunctionId, await hung, new TimeoutException());
    }

    private async Task<string> HangsAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            TimeSpan pass = settings.LongestPass - passRuns(), load = settings.LongestLoad - loadRuns();
            if (pass <= TimeSpan.Zero)
                return $"a forward pass has not come back for {settings.LongestPass.TotalSeconds} s";
            if (load <= TimeSpan.Zero)
                return $"it has not come into memory for {settings.LongestLoad.TotalSeconds} s";
            await Task.Delay(pass < load ? pass : load, clock, over)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return "";
    }
}

/// <summary>What kind of fault kept a voter from answering.</summary>
internal static class DeviceFaults
{
    /// <summary>
    /// Whether the same draw may work a moment later: memory that is too small stays so, a pass that hangs holds its
    /// device, and a checkpoint that became another one does not change back.
    /// </summary>
    public static bool MayPass(VoterUnavailableException fault) =>
        fault.InnerException is not (TimeoutException or InvalidDataException) && !TorchFault.IsOutOfMemory(fault)
            && IsFault(fault);

    /// <summary>
    /// Whether the network failed at all: one that was unloaded on request does what it was told, and an input that
    /// workers died with, or a certificate whose earlier votes were wrong, is not to keep others waiting.
    /// </summary>
    public static bool IsFault(VoterUnavailableException fault) =>
        fault.InnerException is not (
            ExpertWithdrawnException or RefusedInputException or WithdrawnVotesException);
}

/// <summary>
/// How many images a forward pass may take, once a larger batch did not fit. Another batch is another function: it
/// comes with the next epoch, and never into a certificate that was begun with the old one.
/// </summary>
/// <param name="asked">The batch that was asked for; null for the registry's.</param>
internal sealed class BatchCap(int? asked)
{
    private readonly Lock _gate = new();

    /// <summary>The most that the next epoch takes; null where all fitted that was asked for.</summary>
    public int? Images { get; private set; } = asked;

    /// <summary>A batch did not fit.</summary>
    /// <param name="images">The batch.</param>
    /// <returns>What the next epoch takes; null where that was said before, or there is nothing smaller.</returns>
    public int? Halve(int images)
    {
        lock (_gate)
        {
            int smaller = images / 2;
            if (smaller < 1 || Images <= smaller) return null;
            Images = smaller;
            return smaller;
        }
    }
}
