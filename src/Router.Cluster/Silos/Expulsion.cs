namespace Router.Cluster.Silos;

/// <summary>
/// Whether the others declared this process dead, which Orleans would end it for at once. Nobody asks it any more, but
/// what it has begun it may finish; whoever runs it ends it, and it says why.
/// </summary>
internal sealed class Expulsion : IFatalErrorHandler
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it has happened.</summary>
    public Task Happened => _happened.Task;

    /// <summary>It has happened.</summary>
    public void Tell() => _happened.TrySetResult();

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) =>
        Tell();
}
