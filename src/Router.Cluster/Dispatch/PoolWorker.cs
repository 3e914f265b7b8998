using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>
/// A worker of a pool as it is now. What changes in it is the dispatcher's to change, under its lock.
/// </summary>
/// <param name="link">The way to it.</param>
/// <param name="lanes">Forward passes that it runs at once, ≥ 1.</param>
/// <param name="window">Ranges that may be with it at once.</param>
/// <param name="rank">Of workers that are as good the one of the least is asked.</param>
internal sealed class PoolWorker(IWorkerLink link, int lanes, int window, ulong rank)
{
    // The workers of a pool have devices of one kind. What looks faster or a little slower was measured beside ranges
    // of others, and whoever looked slow would never be asked again, and so never look otherwise.
    private const double Slow = 2;

    /// <summary>The way to it.</summary>
    public IWorkerLink Link => link;

    /// <summary>Its id.</summary>
    public string Id => link.Worker;

    /// <summary>The machine that it is on.</summary>
    public string Host => link.Host;

    /// <summary>Forward passes that it runs at once.</summary>
    public int Lanes => lanes;

    /// <summary>Ranges that may be with it at once.</summary>
    public int Window => window;

    /// <summary>Of workers that are as good the one of the least is asked.</summary>
    public ulong Rank => rank;

    /// <summary>What it was asked for and has not answered.</summary>
    public HashSet<Attempt> InFlight { get; } = [];

    /// <summary>Samples in those, in whole batches.</summary>
    public long SamplesInFlight { get; set; }

    /// <summary>What a sample takes on one lane, smoothed; 0 before its first answer.</summary>
    public double SecondsPerSample { get; private set; }

    /// <summary>Samples that it voted on, counted or not.</summary>
    public long Voted { get; private set; }

    /// <summary>What it voted on the pool's canary; null until it has.</summary>
    public VoteCounts? Canary { get; set; }

    /// <summary>Whether others voted otherwise on the canary, and it is not settled who was right.</summary>
    public bool IsDisputed => DisputedBy.Count > 0;

    /// <summary>Who voted otherwise on the canary, here or gone, where it is not settled who was right.</summary>
    public HashSet<string> DisputedBy { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether another worker voted as it did on the canary.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>
    /// Whether another worker voted as it did where votes were not all for one outcome: who votes for the same one
    /// always is not found out elsewhere.
    /// </summary>
    public bool IsProven { get; set; }

    /// <summary>Ranges that were audited for its not being proven.</summary>
    public int Proofs { get; set; }

    /// <summary>Whether it is about to end, and finishes what it has.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Why nothing it says counts; null where it does.</summary>
    public string? Quarantine { get; set; }

    /// <summary>Whether it is gone for good.</summary>
    public bool IsGone { get; set; }

    /// <summary>Failures in a row.</summary>
    public int Faults { get; set; }

    /// <summary>Ranges in a row that it was late with and others answered.</summary>
    public int Misses { get; set; }

    /// <summary>Whether an audit by it was given up, and it has not answered since.</summary>
    public bool IsSilent { get; set; }

    /// <summary>When it may be asked again, after it failed or had no room.</summary>
    public TimeSpan NotBefore { get; set; }

    /// <summary>Rings then.</summary>
    public ITimer? Wake { get; set; }

    /// <summary>Whether it may be asked for anything, now or later.</summary>
    public bool IsEligible => Canary is not null && !IsDisputed && !IsDraining && Quarantine is null && !IsGone;

    /// <summary>Whether it may be asked right now.</summary>
    public bool HasRoom(TimeSpan now) => IsEligible && InFlight.Count < window && NotBefore <= now;

    /// <summary>When more samples would be done, in seconds from now.</summary>
    /// <param name="more">In whole batches.</param>
    /// <param name="usual">What a sample takes in this pool.</param>
    public double Outstanding(long more, double usual) =>
        (SamplesInFlight + more) * (SecondsPerSample > Slow * usual ? SecondsPerSample : usual) / lanes;

    /// <summary>It answered: what its lanes need for a sample, without the ranges that were before.</summary>
    /// <returns>Seconds a sample.</returns>
    public double Measure(TimeSpan elapsed, long samples, int ahead)
    {
        const double New = .3;
        double turns = Math.Max(1, (ahead + 1.0) / lanes);
        double measured = elapsed.TotalSeconds / turns / samples;
        SecondsPerSample = SecondsPerSample > 0 ? New * measured + (1 - New) * SecondsPerSample : measured;
        Voted += samples;
        return measured;
    }
}

/// <summary>One ask of one worker for one range.</summary>
/// <param name="range">What it is for.</param>
/// <param name="worker">Who was asked.</param>
/// <param name="asked">When.</param>
internal sealed class Attempt(PendingRange range, PoolWorker worker, TimeSpan asked)
{
    /// <summary>What it is for.</summary>
    public PendingRange Range => range;

    /// <summary>Who was asked.</summary>
    public PoolWorker Worker => worker;

    /// <summary>When.</summary>
    public TimeSpan Asked => asked;

    /// <summary>Nobody waits for it any more.</summary>
    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Rings when it is late.</summary>
    public ITimer? Hedge { get; set; }

    /// <summary>Whether it is late, and another worker may be asked beside.</summary>
    public bool IsOverdue { get; set; }

    /// <summary>Whether that it is late was counted against its worker.</summary>
    public bool IsMissed { get; set; }

    /// <summary>Whether it has ended, or was written off with its worker.</summary>
    public bool IsOver { get; set; }
}
