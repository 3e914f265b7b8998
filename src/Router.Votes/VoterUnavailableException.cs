namespace Router.Votes;

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
