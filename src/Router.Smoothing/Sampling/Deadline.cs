
namespace Router.Smoothing.Sampling;

/// <summary>When sampling has to end.</summary>
/// <param name="Clock">Tells the time.</param>
/// <param name="At">The instant; the largest there is for none.</param>
public sealed record Deadline(TimeProvider Clock, DateTimeOffset At)
{
    // Timers cannot be set for longer.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    /// <summary>Cancelled where it passes sooner than it was said.</summary>
    public CancellationToken Shutdown { get; init; }

    /// <summary>Whether it has passed.</summary>
    public bool Passed => Shutdown.IsCancellationRequested || Clock.GetUtcNow() >= At;

    /// <summary>How long it is until then, ≥ 0.</summary>
    public TimeSpan Remaining =>
        At - Clock.GetUtcNow() is var left && left > TimeSpan.Zero && !Shutdown.IsCancellationRequested
            ? left
            : TimeSpan.Zero;

    /// <summary>Cancelled when the instant comes, or after a day: who waits for later asks again.</summary>
    public CancellationTokenSource Timer() =>
        At == DateTimeOffset.MaxValue ? new() : new(Remaining < LongestTimer ? Remaining : LongestTimer, Clock);

    /// <summary>Does something that is of no use later, and gives it up then.</summary>
    /// <returns>Whether it was done in time, and its result.</returns>
    /// <exception cref="OperationCanceledException">The caller gave it up before.</exception>
    public async Task<(bool InTime, T? Result)> TryAsync<T>(
        Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = Timer();
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token, Shutdown);
        try
        {
            return (true, await work(either.Token));
        }
        catch (OperationCanceledException)
            when (either.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (false, default);
        }
    }
}
