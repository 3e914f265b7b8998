
namespace Router.Experts.Loading;

/// <summary>Where a network is. Whatever it says, the network's function and its id are the same.</summary>
public enum ExpertState
{
    /// <summary>Not in memory; it comes when it is asked.</summary>
    Unloaded,

    /// <summary>On its way into memory, or waiting for room; who asks waits for it.</summary>
    Loading,

    /// <summary>In memory.</summary>
    Ready,

    /// <summary>
    /// On its way out: it finishes the votes it has, and comes again for those that are asked for meanwhile unless
    /// somebody told it to go.
    /// </summary>
    Unloading,

    /// <summary>
    /// Not in memory because somebody told it to go: who asks is refused until somebody tells it to come.
    /// </summary>
    Withdrawn,
}

/// <summary>Where a network is at one moment.</summary>
/// <param name="State">Where.</param>
/// <param name="IsWithdrawn">
/// Whether somebody told it to go: who asks is refused, while it finishes its votes too.
/// </param>
/// <param name="Fault">Why it did not come into memory when it was last asked to; null where it did.</param>
public readonly record struct ExpertStatus(ExpertState State, bool IsWithdrawn, string? Fault);
