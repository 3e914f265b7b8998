
namespace Router.Host.Serving.Operations;

/// <summary>What is done about networks that cannot answer: the one place where it is configured.</summary>
internal sealed record ResilienceSettings
{
    /// <summary>How often a draw is asked again after a fault of the device that may pass, ≥ 1.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>Before the first repetition; it doubles, and is scattered so that callers do not come back together.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A forward pass that runs for longer does not come back.</summary>
    public TimeSpan LongestPass { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A network that is on its way into memory for longer does not come.</summary>
    public TimeSpan LongestLoad { get; init; } = TimeSpan.FromSeconds(ServingLimits.DefaultLoadSeconds);

    /// <summary>Failed draws, all within <see cref="FaultWindow"/> and half of those tried in it, ≥ 2, that open a network's circuit: nobody asks it then.</summary>
    public int FaultsToOpen { get; init; } = 3;

    /// <summary>See <see cref="FaultsToOpen"/>.</summary>
    public TimeSpan FaultWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an opened circuit stays so before one draw is tried; it doubles with every try that fails, up to <see cref="LongestBreak"/>.</summary>
    public TimeSpan FirstBreak { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>See <see cref="FirstBreak"/>.</summary>
    public TimeSpan LongestBreak { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A circuit that opened so often without an answer in between: the network is loaded again, as a new epoch.</summary>
    public int BreaksToReload { get; init; } = 3;
}
