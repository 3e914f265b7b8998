using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Cluster.Dispatch;

/// <summary>
/// Draws the samples of requests on the workers that have one function. Noise is counted, so whoever draws a range
/// gives the same votes: ranges are lost, repeated and moved as need be, and each sample is counted once.
/// <para>
/// A worker has a window of ranges at a time; of those with room who would be done first is asked. A range that is late
/// is asked elsewhere too, and the first answer counts. Answers to one range have to be equal: where they are not, a
/// third worker decides, and who was wrong is asked no more; what it voted for requests that are open is drawn again.
/// Who is outvoted by nobody and yet contradicted is not believed either.
/// </para>
/// </summary>
public sealed partial class RangeDispatcher : IDisposable
{
    // Beyond so many, those who have nothing here are forgotten.
    private const int MostCallers = 1024;

    private readonly Lock _gate = new();
    private readonly List<Action> _after = [];
    private readonly WorkerPool _pool;
    private readonly InputRecords _inputs;
    private readonly List<PendingRequest> _requests = [];
    private readonly List<PendingRange> _again = [];
    private readonly HashSet<PendingRange> _late = [];
    private readonly ConditionalWeakTable<object, Share> _parties = [];
    private readonly Dictionary<string, Share> _callers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VoteSource> _sources = new(StringComparer.Ordinal);
    private readonly PoolFunction _function;
    private readonly DispatchOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<DispatchEvent> _listener;
    private readonly NoiseStream _chance;
    private readonly RangeAsk _canary;
    private readonly long _start;
    private readonly PoolCounters _counters = new();
    private ITimer? _patience;
    private TimeSpan? _alone;
    private long _arrivals, _drawn, _doubts;
    private int _overdue;
    private bool _closed;

    /// <summary>A pool without workers.</summary>
    /// <param name="function">What the workers of this pool are.</param>
    /// <param name="options">How ranges are handed out.</param>
    /// <param name="clock">The time.</param>
    /// <param name="secret">
    /// Chooses the ranges that are audited, and the canary: no worker may know beforehand what it will be held to.
    /// </param>
    /// <param name="listener">Hears what happens; must not throw.</param>
    public RangeDispatcher(
        PoolFunction function, DispatchOptions options, TimeProvider clock, ulong secret,
        Action<DispatchEvent>? listener = null)
    {
        (_function, _options, _clock, _listener) = (function, options, clock, listener ?? (_ => { }));
        _pool = new(options, function.BatchSize, new(secret, 2));
        _inputs = new(options.RememberedInputs, options.DeathsToQuarantine);
        _chance = new(secret, 0);
        _start = clock.GetTimestamp();
        NoiseStream levels = new(secret, 1);
        byte[] image = new byte[function.ImageShape.Aggregate(1, (size, dimension) => size * dimension)];
        for (int i = 0; i < image.Length; i++) image[i] = (byte)levels.Uniform(0, i);
        _canary = new(
            function.Id, new GridInput(image, function.ImageShape), new(levels.Uniform(1, 0), 2),
            new(0, options.CanarySamples)) { Party = options.Gateway };
    }

    /// <summary>What the workers of this pool are.</summary>
    public PoolFunction Function => _function;

    /// <summary>The pool at a glance.</summary>
    public PoolStatus Status
    {
        get
        {
            lock (_gate)
                return new(
                    _pool.Status(Now), _requests.Count, _requests.Sum(request => request.FreshCount) + _again.Count,
                    _pool.HedgeAfter(), _counters with { });
        }
    }

    /// <summary>What has happened so far.</summary>
    public PoolCounters Counters
    {
        get
        {
            lock (_gate) return _counters with { };
        }
    }

    /// <summary>Whether a worker may be asked, now or after a pause.</summary>
    public bool HasWorkers
    {
        get
        {
            lock (_gate) return _pool.Eligible > 0;
        }
    }

    /// <summary>
    /// How often votes that had been given turned out to be wrong, or may be: whoever keeps what followed from them
    /// keeps it no longer than this stays as it is.
    /// </summary>
    public long Doubts => Interlocked.Read(ref _doubts);

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    /// <summary>Draws every sample of a range.</summary>
    /// <exception cref="ArgumentException">The request is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    /// <exception cref="VoterUnavailableException">
    /// No worker can draw it, or what was drawn before for the same certificate has turned out wrong.
    /// </exception>
    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        if (!request.Input.Shape.SequenceEqual(_function.ImageShape))
            throw new ArgumentException(
                $"the input is ({string.Join(", ", request.Input.Shape)}), the network takes "
                + $"({string.Join(", ", _function.ImageShape)})", nameof(request));
        if (request.Range.From < 0 || request.Range.Count < 0)
            throw new ArgumentException($"samples {request.Range} are none", nameof(request));
        if (request.Range.Count == 0)
            return new([.. new long[_function.Outcomes]], 0, request.Range, _function.Id);
        cancellationToken.ThrowIfCancellationRequested();
        PendingRequest pending = null!;
        Change(() => pending = Enter(request));
        await using CancellationTokenRegistration leaving = cancellationToken.UnsafeRegister(
            _ => Change(() => End(pending, done => done.TrySetCanceled(cancellationToken))), null);
        return await pending.Done.Task;
    }

    /// <summary>Refuses what is open.</summary>
    public void Dispose() => Change(() =>
    {
        _closed = true;
        foreach (PendingRequest request in _requests.ToArray()) Refuse(request, "the gateway ends");
        foreach (PoolWorker worker in _pool.Workers.ToArray()) Lose(worker, died: false, "the gateway ends");
        _patience?.Dispose();
    });

    // All that changes changes here, one after the other. What reaches others (asks, cancellations, answers) comes
    // after, without the lock: they may come back at once.
    private void Change(Action change)
    {
        Action[] after;
        lock (_gate)
        {
            change();
            Assign();
            after = [.. _after];
            _after.Clear();
        }
        foreach (Action act in after) act();
    }

    private PendingRequest Enter(VoteRequest request)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        InputRecord input = _inputs.Of(request.Input.Hash, Now);
        PendingRequest pending = new(
            request, input, ShareOf(request.Claim), _arrivals++, Now, Activity.Current?.Context ?? default);
        pending.Ranges =
        [
            .. RangeSplitter.Split(
                request.Range, _function.BatchSize, _pool.Lanes / (_requests.Count + 1), _pool.SecondsPerSample,
                _options)
                .Select(samples => new PendingRange(pending, samples, IsAudited())),
        ];
        input.Requests++;
        _requests.Add(pending);
        if (input.RefusedUntil > Now) RefuseInput(pending, "workers died with its input");
        else RefuseIfWrong(pending);
        return pending;
    }

    private Share ShareOf(Claim claim)
    {
        if (!_callers.TryGetValue(claim.Caller, out Share? caller))
        {
            if (_callers.Count >= MostCallers)
                foreach ((string known, Share share) in _callers)
                    if (share.InFlight == 0 && !_requests.Exists(one => one.Share.Of == share)) _callers.Remove(known);
            _callers.Add(claim.Caller, caller = new());
        }
        return claim.Party is { } party ? _parties.GetValue(party, _ => new(caller)) : new(caller);
    }

    private bool IsAudited() => _chance.Uniform(_drawn++, 0) < ulong.MaxValue / (ulong)_options.AuditEvery;

    // What a liar voted earlier is in counts that nobody can take back: the answer must not go on with them.
    private void RefuseIfWrong(PendingRequest request)
    {
        if (request.Asked.Claim.Sources is not { AreWrong: true }) return;
        WithdrawnVotesException wrong = new();
        Refuse(request, wrong.Message, wrong);
    }

    // Votes are given that nobody but this worker drew.
    private void Credit(PendingRequest request, PoolWorker only)
    {
        request.Input.Credit(only.Id);
        request.Asked.Claim.Sources?.Add(SourceOf(only.Id));
    }

    private VoteSource SourceOf(string worker) =>
        _sources.TryGetValue(worker, out VoteSource? known) ? known : _sources[worker] = new();

    private void RefuseInput(PendingRequest request, string reason) =>
        Refuse(request, $"{reason}: it is refused for a while", new RefusedInputException());

    private void Refuse(PendingRequest request, string reason, Exception? cause = null) => End(
        request, done => done.TrySetException(new VoterUnavailableException(_function.Id, reason, cause)));

    // Nobody waits for it any more. A dispute goes on: somebody gave wrong votes, and others may have got them.
    private void End(PendingRequest request, Action<TaskCompletionSource<VoteCounts>> tell)
    {
        if (request.IsOver) return;
        request.IsOver = true;
        request.Input.Requests--;
        _requests.Remove(request);
        foreach (PendingRange range in request.Ranges)
            if (range.IsDisputed) _late.Add(range);
            else GiveUp(range);
        _after.Add(() => tell(request.Done));
    }

    private void GiveUp(PendingRange range)
    {
        foreach (Attempt attempt in range.Attempts)
            Cancel(attempt.Cancellation);
    }

    private void Cancel(CancellationTokenSource asked) => _after.Add(() =>
    {
        try
        {
            asked.Cancel();
        }
        catch (AggregateException)
        {
            // Whoever listened failed at giving up: nothing of it is wanted any more.
        }
    });
}

/// <summary>What the workers of a pool are: one fixed function.</summary>
/// <param name="Id">The function.</param>
/// <param name="Outcomes">How many outcomes it votes over, ≥ 1.</param>
/// <param name="ImageShape">(channels, height, width) of its inputs.</param>
/// <param name="BatchSize">Images in a forward pass, ≥ 1.</param>
public sealed record PoolFunction(FunctionId Id, int Outcomes, ImmutableArray<int> ImageShape, int BatchSize)
{
    /// <summary>The id of its network in the registry, for people.</summary>
    public string Network { get; init; } = "";
}
