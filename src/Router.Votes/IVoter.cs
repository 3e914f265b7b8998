using Router.Votes.Noise;

namespace Router.Votes;

/// <summary>
/// A base classifier under noise: the one thing the certifier knows about experts, routers, toys in a test, and workers
/// behind a broker. A voter is a fixed function of the noisy input; which samples it returns never depends on what they
/// voted.
/// </summary>
public interface IVoter
{
    /// <summary>The function that votes.</summary>
    FunctionId FunctionId { get; }

    /// <summary>The σ of the Gaussian noise it is smoothed with, in units of [0,1] pixels; > 0, exact.</summary>
    decimal Sigma { get; }

    /// <summary>How many outcomes it votes over: classes of an expert, routes of a router.</summary>
    int OutcomeCount { get; }

    /// <summary>Evaluates every sample of the requested range: all of them, or an exception.</summary>
    /// <exception cref="OperationCanceledException">The request was cancelled; nothing of the range counts.</exception>
    /// <exception cref="VoterUnavailableException">
    /// It cannot answer, whatever is asked; nothing of the range counts.
    /// </exception>
    Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken);
}

/// <summary>Asks a voter to evaluate samples of one noise stream on one input.</summary>
/// <param name="Input">The input x.</param>
/// <param name="Stream">
/// Where the noise comes from; sample i of a stream is the same noise at every request, batch, worker and retry.
/// </param>
/// <param name="Range">Which samples.</param>
public sealed record VoteRequest(GridInput Input, NoiseStream Stream, SampleRange Range)
{
    /// <summary>How urgent it is and whose; a voter that nobody else asks need not look at it.</summary>
    public Claim Claim { get; init; } = Claim.None;

    /// <summary>Told how many samples of the range are done, as they are done.</summary>
    public IProgress<long>? Progress { get; init; }
}

/// <summary>
/// A voter that can also say what each single sample voted and how sure it was, so that votes can be recorded,
/// replayed, and kept back.
/// </summary>
public interface ISequenceVoter : IVoter
{
    /// <summary>Evaluates every sample of the requested range: all of them, or an exception.</summary>
    /// <returns>The vote of each sample in the order of their indices, with its confidence.</returns>
    /// <exception cref="OperationCanceledException">The request was cancelled; nothing of the range counts.</exception>
    Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken);
}

/// <summary>
/// A voter cannot answer: its device, its process or the way to it failed, whoever asks and whatever they ask. Thrown
/// by a voter alone, and by it for nothing else: a request that is wrong, a cancelled one, a fault of the program, and
/// votes that are not what was asked for are other exceptions. Nothing of the range counts, and the caller decides
/// whether to refuse or to go on without that voter (docs/certificates.md, section 3).
/// </summary>
/// <param name="function">The voter.</param>
/// <param name="reason">What failed, in words.</param>
/// <param name="cause">What it failed with; null where there is nothing to add.</param>
public sealed class VoterUnavailableException(FunctionId function, string reason, Exception? cause = null) : Exception(
    reason, cause)
{
    /// <summary>The voter that cannot answer.</summary>
    public FunctionId Function => function;
}
