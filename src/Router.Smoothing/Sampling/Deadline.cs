namespace Router.Smoothing.Sampling;

/// <summary>When sampling has to end.</summary>
/// <param name="Clock">Tells the time.</param>
/// <param name="At">The instant.</param>
public sealed record Deadline(TimeProvider Clock, DateTimeOffset At)
{
    /// <summary>Whether it has passed.</summary>
    public bool Passed => Clock.GetUtcNow() >= At;

    /// <summary>How long it is until then, ≥ 0.</summary>
    public TimeSpan Remaining => At - Clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
