using Router.Smoothing.Sampling;

namespace Router.Host.Serving;

/// <summary>When a request's answer is due: counted from its arrival.</summary>
/// <param name="after">How long it may take; null for as long as it takes.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class RequestDeadline(TimeSpan? after, TimeProvider clock)
{
    /// <summary>The instant, or null where there is none.</summary>
    public Deadline? At { get; } = after is { } span ? new(clock, clock.GetUtcNow() + span) : null;

    /// <summary>Does something that is of no use later, and gives it up then.</summary>
    /// <returns>Whether it was done in time, and its result.</returns>
    /// <exception cref="OperationCanceledException">The caller gave it up before.</exception>
    public async Task<(bool InTime, T? Result)> TryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (At is null)
            return (true, await work(cancellationToken));
        using CancellationTokenSource late = new(At.Remaining, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return (true, await work(either.Token));
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (false, default);
        }
    }
}
