using Router.Smoothing.Sampling;

namespace Router.Host.Serving.Model;

/// <summary>
/// When a request's answer is due: counted from its arrival, and at once where the daemon has to end.
/// </summary>
/// <param name="after">How long it may take; null for as long as it takes.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="shutdown">Cancelled where the daemon has to end.</param>
internal sealed class RequestDeadline(TimeSpan? after, TimeProvider clock, CancellationToken shutdown)
{
    /// <summary>The instant.</summary>
    public Deadline At { get; } = new(
        clock, after is { } span ? clock.GetUtcNow() + span : DateTimeOffset.MaxValue) { Shutdown = shutdown };

    /// <summary>The instant that the caller named; null where it named none.</summary>
    public DateTimeOffset? Asked => after is null ? null : At.At;

    /// <summary>Whether it is the caller that has no more time, rather than the daemon.</summary>
    public bool IsCallers => !shutdown.IsCancellationRequested;

    /// <summary>Why there is no time any more.</summary>
    public string WhyLate => IsCallers ? "the deadline passed" : "the server is stopping and its drain time was over";

    /// <inheritdoc cref="Deadline.TryAsync"/>
    public Task<(bool InTime, T? Result)> TryAsync<T>(
        Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
            At.TryAsync(work, cancellationToken);
}
