using System.Collections.Immutable;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Cluster.Dispatch;

/// <summary>
/// The workers that have one function: who may be asked, who is asked next, and who is believed. It has no lock and
/// asks nobody; its dispatcher does.
/// </summary>
/// <param name="options">How ranges are handed out.</param>
/// <param name="batch">Images in a forward pass, ≥ 1.</param>
/// <param name="ranks">
/// Which of two workers that are as good is asked first. Each gateway has an order of its own: where all had the same,
/// the first workers would have ranges of every gateway, and the last none.
/// </param>
internal sealed class WorkerPool(DispatchOptions options, int batch, NoiseStream ranks)
{
    private const double NewMeasurement = .05;

    private readonly List<PoolWorker> _workers = [];
    private readonly HashSet<string> _liars = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expected = new(StringComparer.Ordinal);

    // Who fails at the canary and comes again is not waited for anew.
    private readonly Dictionary<string, TimeSpan> _firstSeen = new(StringComparer.Ordinal);

    private long _came;

    /// <summary>Who is there, whatever their state.</summary>
    public IReadOnlyList<PoolWorker> Workers => _workers;

    /// <summary>Those whose votes are not believed, here or gone.</summary>
    public IReadOnlySet<string> Liars => _liars;

    /// <summary>How long answers take.</summary>
    public AnswerTimes Times { get; } = new();

    /// <summary>What a sample takes on one lane; 0 before the first answer.</summary>
    public double SecondsPerSample { get; private set; }

    /// <summary>Goes up whenever something about a worker has changed.</summary>
    public int Version { get; private set; }

    /// <summary>Workers that may be asked, now or later.</summary>
    public int Eligible { get; private set; }

    /// <summary>Their lanes.</summary>
    public int Lanes { get; private set; }

    /// <summary>Their windows.</summary>
    public int Slots { get; private set; }

    /// <summary>
    /// When a range is late that is asked for now: by what answers took, and by what is with the worker.
    /// </summary>
    /// <param name="worker">Who was asked; null where that does not matter.</param>
    public TimeSpan HedgeAfter(PoolWorker? worker = null)
    {
        double usual = Math.Max(Times.P99.TotalSeconds, worker?.Outstanding(0, SecondsPerSample) ?? 0);
        TimeSpan late = TimeSpan.FromSeconds(options.HedgeOverP99 * usual);
        return late > options.LeastHedge ? late : options.LeastHedge;
    }

    /// <summary>Ranges that may be with a second worker for being late.</summary>
    public int HedgeBudget => Math.Max(2, (int)(options.HedgedPart * Slots));

    /// <summary>A worker is there that may have the function; nothing where it is in the pool.</summary>
    public void Expect(string id, TimeSpan now)
    {
        if (Find(id) is not null || Liars.Contains(id)) return;
        _expected.Add(id);
        _firstSeen.TryAdd(id, now);
    }

    /// <summary>Whether one is expected.</summary>
    public bool Expects(string id) => _expected.Contains(id);

    /// <summary>It has another function, or did not vote on the canary.</summary>
    public void ExpectNo(string id) => _expected.Remove(id);

    /// <summary>It is gone, and does not come again.</summary>
    public void Forget(string id)
    {
        _expected.Remove(id);
        _firstSeen.Remove(id);
    }

    /// <summary>A worker comes. It is not asked for anything before <see cref="Trust"/>.</summary>
    /// <param name="link">The way to it.</param>
    /// <param name="lanes">Forward passes that it runs at once.</param>
    /// <param name="now">When that is.</param>
    /// <exception cref="ArgumentException">It is here already.</exception>
    public PoolWorker Add(IWorkerLink link, int lanes, TimeSpan now)
    {
        if (Find(link.Worker) is not null) throw new ArgumentException($"{link.Worker} is in the pool already");
        PoolWorker worker = new(link, lanes, options.RangesPerLane * lanes, ranks.Uniform(_came++, 0));
        if (Liars.Contains(link.Worker)) worker.Quarantine = "it was found wrong before";
        _workers.Add(worker);
        _firstSeen.TryAdd(worker.Id, now);
        _expected.Remove(worker.Id);
        return worker;
    }

    /// <summary>The worker of an id; null where it is not here.</summary>
    public PoolWorker? Find(string id) => _workers.Find(worker => worker.Id == id);

    /// <summary>Whether there are workers on another machine than that of one.</summary>
    public bool HasOtherHost(PoolWorker than) => _workers.Exists(worker => worker.Host != than.Host);

    /// <summary>A worker goes for good.</summary>
    public void Remove(PoolWorker worker)
    {
        worker.IsGone = true;
        worker.Wake?.Dispose();
        _workers.Remove(worker);
        Count();
    }

    /// <summary>
    /// A worker voted on the canary. Those who agree with the most are believed, if nobody has as many; where it is
    /// one against one, neither is asked until a third one has come.
    /// </summary>
    /// <returns>Those who are outvoted.</returns>
    public IReadOnlyList<PoolWorker> Trust(PoolWorker worker, VoteCounts canary)
    {
        worker.Canary = canary;
        PoolWorker[][] opinions = Opinions.Of(
            _workers.Where(one => one.Canary is not null && one.Quarantine is null), one => one.Canary!);
        PoolWorker[] outvoted = [];
        if (Opinions.Majority(opinions) is { } most)
        {
            foreach (PoolWorker one in most)
            {
                one.DisputedBy.Clear();
                one.IsConfirmed = true;
            }
            Prove(most, most[0].Canary!);
            outvoted = [.. opinions.Skip(1).SelectMany(opinion => opinion)];
        }
        else
            foreach (PoolWorker[] opinion in opinions)
                foreach (PoolWorker one in opinion)
                    one.DisputedBy.UnionWith(
                        opinions.Where(other => other != opinion).SelectMany(other => other).Select(other => other.Id));
        Count();
        return outvoted;
    }

    /// <summary>Workers voted alike.</summary>
    public static void Prove(IReadOnlyList<PoolWorker> alike, VoteCounts votes)
    {
        if (alike.Count < 2 || votes.Counts.Append(votes.Undecided).Append(votes.Passed).Max() == votes.Total) return;
        foreach (PoolWorker one in alike) one.IsProven = true;
    }

    /// <summary>Something about a worker has changed.</summary>
    public void Count()
    {
        Version++;
        Eligible = Lanes = Slots = 0;
        foreach (PoolWorker worker in _workers.Where(worker => worker.IsEligible))
            (Eligible, Lanes, Slots) = (Eligible + 1, Lanes + worker.Lanes, Slots + worker.Window);
    }

    /// <summary>Nothing that a worker says counts any more.</summary>
    public void Quarantine(PoolWorker worker, string reason)
    {
        worker.Quarantine = reason;
        Disbelieve(worker.Id);
        Count();
    }

    /// <summary>A worker is not believed, here or gone: who was contradicted by it alone is disputed no more.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Disbelieve(string id)
    {
        if (!_liars.Add(id)) return false;
        foreach (PoolWorker worker in _workers) worker.DisputedBy.Remove(id);
        Count();
        return true;
    }

    /// <summary>Samples in whole batches: what a worker is kept busy for.</summary>
    public long Billed(SampleRange samples) => (samples.Count + batch - 1) / batch * batch;

    /// <summary>
    /// Who is asked for a range: of those with room and no part in it yet, the one who would be done first. An input
    /// that may be what workers die of does not meet another such one, if that can be helped, and who is asked beside
    /// another one, or after one died, is on another machine.
    /// </summary>
    /// <returns>Null where nobody has room.</returns>
    public PoolWorker? Choose(PendingRange range, TimeSpan now)
    {
        long more = Billed(range.Samples);
        bool suspect = range.Request.Input.IsSuspect;
        double usual = SecondsPerSample > 0 ? SecondsPerSample : 1;
        PoolWorker? best = null;
        (bool, bool, double, int, ulong) least = default;
        foreach (PoolWorker worker in _workers)
        {
            if (!worker.HasRoom(now) || range.Knows(worker) || WaitsForAnother(worker, now)) continue;
            bool meets = suspect && worker.InFlight.Any(
                attempt => attempt.Range.Request.Input is { IsSuspect: true } other && other != range.Request.Input);
            bool again = range.Request.Input.HasDiedOn(worker.Host)
                || range.Attempts.Exists(attempt => attempt.Worker.Host == worker.Host);
            (bool, bool, double, int, ulong) cost = (
                meets, again, worker.Outstanding(more, usual), worker.InFlight.Count, worker.Rank);
            if (best is null || cost.CompareTo(least) < 0) (best, least) = (worker, cost);
        }
        return best;
    }

    // Who answers first is not the one to believe, where another can soon say whether it is right.
    private bool WaitsForAnother(PoolWorker worker, TimeSpan now) => !worker.IsConfirmed && AwaitsAnother(now);

    /// <summary>Whether a worker is at the canary, or may soon be.</summary>
    public bool AwaitsAnother(TimeSpan now) =>
        _expected.Concat(
            from worker in _workers where worker.Canary is null && worker.Quarantine is null select worker.Id)
        .Any(id => now < _firstSeen[id] + options.CanaryPatience);

    /// <summary>Whether a worker may still be asked for a range, now or later.</summary>
    /// <param name="range">The range.</param>
    /// <param name="thatAnswers">Whether only those count that answer: nobody waits for an audit by others.</param>
    public bool HasOthersFor(PendingRange range, bool thatAnswers) =>
        _workers.Exists(worker => worker.IsEligible && !(thatAnswers && worker.IsSilent) && !range.Knows(worker));

    /// <summary>A worker answered.</summary>
    public void Measure(PoolWorker worker, SampleRange samples, TimeSpan elapsed, int ahead)
    {
        double measured = worker.Measure(elapsed, Billed(samples), ahead);
        SecondsPerSample = SecondsPerSample > 0
            ? NewMeasurement * measured + (1 - NewMeasurement) * SecondsPerSample : measured;
        Times.Add(elapsed);
    }

    /// <summary>How the workers stand.</summary>
    public ImmutableArray<WorkerStatus> Status(TimeSpan now) =>
    [
        .. _workers.Select(worker => new WorkerStatus(
            worker.Id,
            worker.Quarantine is not null ? WorkerState.Quarantined
                : worker.IsDisputed ? WorkerState.Disputed
                : worker.Canary is null ? WorkerState.Joining
                : worker.IsDraining ? WorkerState.Draining
                : worker.NotBefore > now ? WorkerState.Paused : WorkerState.Ready,
            worker.InFlight.Count, worker.Voted)),
    ];
}
