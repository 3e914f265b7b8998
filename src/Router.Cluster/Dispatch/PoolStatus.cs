using System.Collections.Immutable;

namespace Router.Cluster.Dispatch;

/// <summary>How a worker stands in a pool.</summary>
public enum WorkerState
{
    /// <summary>It has not voted on the canary yet.</summary>
    Joining,

    /// <summary>It is asked.</summary>
    Ready,

    /// <summary>It failed or had no room, and is left alone for a while.</summary>
    Paused,

    /// <summary>It finishes what it has.</summary>
    Draining,

    /// <summary>Others vote otherwise, and it is not known yet who is right: none of them is asked.</summary>
    Disputed,

    /// <summary>Its votes were wrong: it is asked no more.</summary>
    Quarantined,
}

/// <summary>A worker in a pool.</summary>
/// <param name="Id">Names one life of it.</param>
/// <param name="State">How it stands.</param>
/// <param name="InFlight">Ranges that are with it.</param>
/// <param name="Voted">Samples that it voted on.</param>
public sealed record WorkerStatus(string Id, WorkerState State, int InFlight, long Voted);

/// <summary>A pool at a glance.</summary>
/// <param name="Workers">Its workers.</param>
/// <param name="Requests">Requests that are open.</param>
/// <param name="WaitingRanges">Their ranges that nobody was asked for yet.</param>
/// <param name="HedgeAfter">When a range is late.</param>
/// <param name="Counters">What has happened so far.</param>
public sealed record PoolStatus(
    ImmutableArray<WorkerStatus> Workers, int Requests, int WaitingRanges, TimeSpan HedgeAfter, PoolCounters Counters);

/// <summary>What has happened in a pool, from its start.</summary>
public sealed record PoolCounters
{
    /// <summary>Asks that were sent.</summary>
    public long Asks { get; internal set; }

    /// <summary>Of those, for ranges that were late elsewhere.</summary>
    public long Hedges { get; internal set; }

    /// <summary>Ranges that were drawn twice to be compared, and were.</summary>
    public long Audits { get; internal set; }

    /// <summary>Ranges that were to be, and that nobody drew a second time.</summary>
    public long AuditsGivenUp { get; internal set; }

    /// <summary>Asks that a worker failed on, or was lost with.</summary>
    public long Failures { get; internal set; }

    /// <summary>Asks that a worker had no room for.</summary>
    public long Busy { get; internal set; }

    /// <summary>Workers that are asked no more.</summary>
    public long Quarantined { get; internal set; }

    /// <summary>
    /// Answers found wrong after the votes of their range had been given: certificates with them are to be replayed.
    /// </summary>
    public long FoundLate { get; internal set; }
}
