using Router.Smoothing;

namespace Router.Host.Serving.Operations;

/// <summary>
/// A network behind its circuit. Whatever keeps it from answering, an exception, a pass that hangs, memory, votes that are not what was asked for, or
/// logits that are no numbers, comes out as <see cref="VoterUnavailableException"/>, which the registry's failover policy decides about. That
/// may depend on the votes: a failover is sound whoever chose the moment of the fault (docs/certificates.md, section 3).
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

    public Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
        circuit.RunAsync(FunctionId, token => DrawAsync(request, token), cancellationToken);

    private async Task<Votes> DrawAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        try
        {
            Votes votes = await WatchAsync(request, cancellationToken);
            return votes.Undecided < request.Range.Count || request.Range.Count == 0
                ? votes
                : throw new VoterUnavailableException(FunctionId, $"none of {request.Range.Count} samples has logits that are numbers");
        }
        catch (VoterUnavailableException fault)
        {
            if (DeviceFaults.IsOutOfMemory(fault)) outOfMemory();
            throw;
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or ArgumentException or ObjectDisposedException))
        {
            throw new VoterUnavailableException(FunctionId, fault.Message, fault);
        }
    }

    private async Task<Votes> WatchAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Votes> votes = Certifier.AskAsync(voter, request, over.Token);
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
