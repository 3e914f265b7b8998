namespace Router.Cluster.Silos;

/// <summary>
/// Whether this process is no member any more: the others declared it dead, or Orleans cannot go on. Orleans would end
/// the process at once; here whoever runs it ends it, with its exit code and a word why.
/// </summary>
internal sealed class Expulsion : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _happened =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it has happened, with how it is known.</summary>
    public Task<string> Happened => _happened.Task;

    /// <summary>It has happened.</summary>
    /// <param name="how">How that is known, in words.</param>
    public void Tell(string how) => _happened.TrySetResult(how);

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) =>
        Tell(exception?.Message ?? context ?? "Orleans gave up");
}
