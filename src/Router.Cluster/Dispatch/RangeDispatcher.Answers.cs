using System.Collections.Immutable;
using Router.Votes;

namespace Router.Cluster.Dispatch;

// What becomes of an answer, or of none: whose votes count, and who is asked no more. All under the lock.
public sealed partial class RangeDispatcher
{
    private void Take(Attempt attempt, RangeAnswer? answer, Exception? fault)
    {
        if (attempt.IsOver) return;
        Finish(attempt);
        (PendingRange range, PoolWorker worker) = (attempt.Range, attempt.Worker);
        switch (answer)
        {
            case RangeAnswer.Voted voted when Objection(voted.Votes, range.Samples) is { } objection:
                Quarantine([worker], objection);
                break;
            case RangeAnswer.Voted voted:
                if (worker.Misses >= _options.MissesToPause) worker.NotBefore = TimeSpan.Zero;
                (worker.Faults, worker.Misses, worker.IsSilent) = (0, 0, false);
                _pool.Measure(worker, range.Samples, Now - attempt.Asked, voted.Ahead);
                range.Request.Input.IsAnswered = true;
                range.Add(worker, voted.Votes);
                if (range is { IsAudited: true, Answered.Count: 2 }) _counters.Audits++;
                Judge(range);
                break;
            case RangeAnswer.Busy busy:
                _counters.Busy++;
                Pause(worker, busy.RetryAfter);
                break;
            case null when fault is WorkerLostException:
                AddFailure(range, worker, fault);
                Lose(worker, died: !worker.IsDraining, fault.Message, attempt);
                break;
            case null when fault is InvalidDataException:
                Quarantine([worker], fault.Message);
                break;
            case null when attempt.Cancellation.IsCancellationRequested:
                break;
            default:
                AddFailure(range, worker, fault!);
                LeaveAlone(worker);
                break;
        }
        Queue(range);
    }

    private string? Objection(VoteCounts votes, SampleRange asked) =>
        votes.FunctionId != _function.Id ? $"it voted as function {votes.FunctionId}"
        : votes.Range != asked ? $"it was asked for samples {asked} and voted on {votes.Range}"
        : votes.Counts.Length != _function.Outcomes
            ? $"it voted over {votes.Counts.Length} outcomes, the function has {_function.Outcomes}"
        : null;

    private void Judge(PendingRange range)
    {
        PendingRequest request = range.Request;
        // What a liar was asked before that was known may stand beside an answer that comes only now.
        range.Discard(_pool.Liars);
        IReadOnlyList<PoolWorker> wrong = range.Judge();
        if (range.Votes is not null)
        {
            if (wrong.Count == 0) WorkerPool.Prove(range.Answered, range.Votes);
            CountMisses(range);
            GiveUp(range);
        }
        if (request.IsOver) JudgeLate(range);
        if (range.Votes is null && wrong.Count > 0)
            Disbelieve(range, "three workers vote three ways on one range");
        else
            Quarantine(wrong, $"two others vote otherwise on samples {range.Samples} of {request.Asked.Input.Hash}");
        Progress(request);
        Queue(range);
    }

    // A dispute about what was given goes on until it is settled.
    private void JudgeLate(PendingRange range)
    {
        PendingRequest request = range.Request;
        if (!range.IsDisputed)
        {
            _late.Remove(range);
            GiveUp(range);
        }
        else if (_late.Add(range) && request.IsGiven)
        {
            _counters.FoundLate++;
            Interlocked.Increment(ref _doubts);
            // Whoever is right: what was given may be wrong.
            VoteSource disputed = new();
            disputed.Disown();
            request.Asked.Claim.Sources?.Add(disputed);
            Tell(new DispatchEvent.DisputedLate(request.Asked.Input.Hash, range.Samples));
        }
    }

    private void Progress(PendingRequest request)
    {
        if (request.IsOver) return;
        if (!request.IsSettled)
        {
            Tell(request, request.Ranges.Sum(range => range.Votes is null ? 0 : range.Samples.Count));
            return;
        }
        foreach (PendingRange range in request.Ranges)
            if (range.Answered is [var only]) Credit(request, only);
        RefuseIfWrong(request);
        if (request.IsOver) return;
        VoteCounts votes = request.Votes();
        Tell(request, votes.Total);
        request.IsGiven = true;
        End(request, done => done.TrySetResult(votes));
    }

    // Samples that are drawn again were told already.
    private void Tell(PendingRequest request, long done)
    {
        if (request.Asked.Progress is not { } progress || done <= request.Told) return;
        request.Told = done;
        _after.Add(() =>
        {
            try
            {
                progress.Report(done);
            }
            catch (Exception fault)
            {
                // Before it is told to be done, also where this was the last range.
                request.Done.TrySetException(fault);
                Change(() => End(request, _ => { }));
            }
        });
    }

    private void Tell(DispatchEvent happened) => _after.Add(() => _listener(happened));

    // Answers differ and nobody can say who is right: none of those who gave them is believed.
    private void Disbelieve(PendingRange range, string reason)
    {
        Refuse(range.Request, $"{reason} on samples {range.Samples}");
        Quarantine(range.Answered, reason, isWrong: false);
    }

    private void AddFailure(PendingRange range, PoolWorker worker, Exception fault)
    {
        _counters.Failures++;
        range.Fault = fault;
        range.Failures.Add(worker);
        if (range.Failures.Count < _options.FailuresToRefuse || range.IsDisputed) return;
        if (!range.IsAnswered)
            Refuse(
                range.Request,
                $"{range.Failures.Count} workers failed on samples {range.Samples}: {range.Fault?.Message}",
                range.Fault);
        else if (range.Votes is null)
        {
            _counters.AuditsGivenUp++;
            range.GiveUpAudit();
            Judge(range);
        }
    }

    private void Lose(PoolWorker worker, bool died, string reason, Attempt? with = null)
    {
        if (worker.IsGone) return;
        Attempt[] lost = [.. worker.InFlight];
        _pool.Remove(worker);
        if (died)
        {
            Tell(new DispatchEvent.WorkerLost(worker.Id, lost.Length));
            CountDeath(worker, with is null ? lost : [.. lost, with]);
        }
        foreach (Attempt attempt in lost)
        {
            Finish(attempt);
            Cancel(attempt.Cancellation);
            if (died) AddFailure(attempt.Range, worker, new WorkerLostException(worker.Id, reason));
            Queue(attempt.Range);
        }
    }

    // An input that nobody has voted on may be what killed it.
    private void CountDeath(PoolWorker worker, Attempt[] lost)
    {
        string with = _pool.HasOtherHost(worker) ? worker.Host : worker.Id;
        foreach (InputRecord input in lost.Select(attempt => attempt.Range.Request.Input).Distinct())
        {
            if (input.IsAnswered) continue;
            input.Die(with);
            if (input.Deaths < _options.DeathsToQuarantine) continue;
            PendingRequest[] open = [.. _requests.Where(request => request.Input == input)];
            foreach (PendingRequest request in open)
                RefuseInput(request, $"{input.Deaths} workers died with its input");
            if (open.Length > 0)
                Tell(new DispatchEvent.InputQuarantined(open[0].Asked.Input.Hash, input.Deaths));
            input.Refuse(Now + _options.InputQuarantine);
        }
    }

    // Wrong is who is outvoted or answers nonsense; others are merely not believed.
    private void Quarantine(IReadOnlyList<PoolWorker> workers, string reason, bool isWrong = true)
    {
        HashSet<string> found = [];
        // One may have been lost, and have come back.
        foreach (PoolWorker worker in workers.Concat(workers.Select(one => _pool.Find(one.Id) ?? one)))
        {
            if (worker.Quarantine is not null) continue;
            _pool.Quarantine(worker, reason);
            _counters.Quarantined++;
            Tell(new DispatchEvent.WorkerQuarantined(worker.Id, reason, InputsOf(worker.Id)) { IsWrong = isWrong });
            found.Add(worker.Id);
        }
        if (found.Count > 0) Withdraw(found);
    }

    // Nothing counts that liars said. Nobody is judged before all of it is out: what is left might be taken for votes.
    private void Withdraw(HashSet<string> liars)
    {
        PendingRange[] left = Recall(liars);
        foreach (string liar in liars) Disown(liar);
        foreach (PendingRange range in left) Judge(range);
    }

    // What went into counts that were given cannot be taken back.
    private void Disown(string worker)
    {
        // Counted first: who sees that its votes were wrong also sees that what was kept before is not to be given.
        Interlocked.Increment(ref _doubts);
        SourceOf(worker).Disown();
        foreach (PendingRequest request in _requests.ToArray()) RefuseIfWrong(request);
    }

    private ImmutableArray<string> InputsOf(string worker) => [.. _inputs.VotedOnBy(worker).Order()];

    // What workers said is out of whatever is open, and of disputes about what was given before, and nothing that they
    // were asked for is waited for. They may have been lost and have come back, or be gone. What it was out of is to be
    // judged anew.
    private PendingRange[] Recall(HashSet<string> workers)
    {
        foreach (Attempt attempt in workers.SelectMany(one => _pool.Find(one)?.InFlight ?? []).ToArray())
        {
            Finish(attempt);
            Cancel(attempt.Cancellation);
            Queue(attempt.Range);
        }
        return
        [
            .. _requests.SelectMany(request => request.Ranges).Concat(_late).Where(range => range.Discard(workers)),
        ];
    }
}
