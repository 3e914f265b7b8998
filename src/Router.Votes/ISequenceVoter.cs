namespace Router.Votes;

/// <summary>
/// A voter that can also say what each single sample voted, so that votes can be recorded and replayed.
/// </summary>
public interface ISequenceVoter : IVoter
{
    /// <summary>Evaluates every sample of the requested range: all of them, or an exception.</summary>
    /// <returns>The outcome of each sample in the order of their indices; −1 where it is undecided.</returns>
    /// <exception cref="OperationCanceledException">The request was cancelled; nothing of the range counts.</exception>
    Task<int[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken);
}
