using System.Collections.Concurrent;
using System.Collections.Immutable;
using Router.Cluster;
using Router.Experts.Loading;
using Router.Votes;

namespace Router.Host.Serving.Operations;

/// <summary>The circuits of one epoch's networks.</summary>
/// <param name="settings">When they open.</param>
/// <param name="clock">The time.</param>
/// <param name="log">The daemon's log.</param>
/// <param name="reload">Loads the registry again; told why.</param>
/// <param name="batch">How large a batch may be in the next epoch.</param>
internal sealed class Resilience(
    ResilienceSettings settings, TimeProvider clock, ILogger log, Action<string> reload, BatchCap batch)
{
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The ids of networks that nobody asks now.</summary>
    public ImmutableArray<string> Open => [.. _circuits.Where(circuit => circuit.Value.IsOpen)
        .Select(circuit => circuit.Key).Order(StringComparer.Ordinal)];

    /// <summary>A loaded network behind its circuit.</summary>
    public IVoter Of(LoadedNetwork network) => Of(network.Id, network.Voter, () => network.PassRuns, () =>
    {
        if (batch.Halve(network.BatchSize) is { } smaller)
            reload(
                $"a batch of {network.BatchSize} images does not fit {network.Device}: the next epoch takes {smaller}");
    }, () => network.LoadRuns);

    /// <summary>A network that is with the workers of a cluster, which look after memory and passes.</summary>
    public IVoter Of(string id, RemoteVoter network) => Of(id, network, () => TimeSpan.Zero, () => { });

    /// <summary>Any voter behind its circuit.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="voter">The voter.</param>
    /// <param name="passRuns">For how long the forward pass that is under way on its device has run.</param>
    /// <param name="outOfMemory">Told where its batch does not fit the device.</param>
    /// <param name="loadRuns">For how long the load has run that it waits for; for none unless told.</param>
    public IVoter Of(
        string id, IVoter voter, Func<TimeSpan> passRuns, Action outOfMemory, Func<TimeSpan>? loadRuns = null)
    {
        Circuit circuit = _circuits.GetOrAdd(id, _ => new(id, settings, clock, log, reload));
        return new ResilientVoter(
            voter, circuit, passRuns, loadRuns ?? (() => TimeSpan.Zero), settings, clock, outOfMemory);
    }
}

/// <summary>What is done about networks that cannot answer: the one place where it is configured.</summary>
internal sealed record ResilienceSettings
{
    /// <summary>How often a draw is asked again after a fault of the device that may pass, ≥ 1.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>
    /// Before the first repetition; it doubles, and is scattered so that callers do not come back together.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>A forward pass that runs for longer does not come back.</summary>
    public TimeSpan LongestPass { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A network that is on its way into memory for longer does not come.</summary>
    public TimeSpan LongestLoad { get; init; } = TimeSpan.FromSeconds(ServingLimits.DefaultLoadSeconds);

    /// <summary>
    /// Failed draws, all within <see cref="FaultWindow"/> and half of those tried in it, ≥ 2, that open a network's
    /// circuit: nobody asks it then.
    /// </summary>
    public int FaultsToOpen { get; init; } = 3;

    /// <summary>See <see cref="FaultsToOpen"/>.</summary>
    public TimeSpan FaultWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an opened circuit stays so before one draw is tried; it doubles with every try that fails, up to
    /// <see cref="LongestBreak"/>.
    /// </summary>
    public TimeSpan FirstBreak { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>See <see cref="FirstBreak"/>.</summary>
    public TimeSpan LongestBreak { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A circuit that opened so often without an answer in between: the network is loaded again, as a new epoch.
    /// </summary>
    public int BreaksToReload { get; init; } = 3;
}
