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
                Quarantine(worker, objection);
                break;
            case RangeAnswer.Voted voted:
                if (worker.Misses >= _options.MissesToPause) worker.NotBefore = TimeSpan.Zero;
                (worker.Faults, worker.Misses, worker.IsSilent) = (0, 0, false);
                if (range.Votes is not null) _counters.Duplicates++;
                _pool.Measure(worker, range.Samples, Now - attempt.Asked, voted.Ahead);
                range.Request.Input.IsAnswered = true;
                range.Add(worker, voted.Votes);
                Judge(range);
                break;
            case RangeAnswer.Busy busy:
                _counters.Busy++;
                Pause(worker, busy.RetryAfter);
                break;
            case null when fault is WorkerLostException:
                AddFailure(range, worker, fault);
                Lose(worker, died: true, fault.Message, attempt);
                break;
            case null when fault is InvalidDataException:
                Quarantine(worker, fault.Message);
                break;
            case null when attempt.Cancellation.IsCancellationRequested:
                break;
            case null when fault is ArgumentException:
                End(range.Request, done => done.TrySetException(fault));
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
        bool wasOpen = request.Settled.Remove(range) is false;
        IReadOnlyList<PoolWorker> wrong = range.Judge();
        if (range.Votes is not null)
        {
            if (wrong.Count == 0) WorkerPool.Prove(range.Answered, range.Votes);
            request.Settled.Add(range);
            CountMisses(range);
            GiveUp(range);
        }
        else if (!wasOpen && request.IsOver && range.IsDisputed)
        {
            _counters.FoundLate++;
            Interlocked.Increment(ref _doubts);
            // Whoever is right: what was given may be wrong.
            VoteSource disputed = new();
            disputed.Disown();
            request.Asked.Claim.Sources?.Add(disputed);
            Tell(new DispatchEvent.DisputedLate(request.Asked.Input.Hash, range.Samples));
        }
        if (range.Votes is null && wrong.Count > 0)
            Disbelieve(range, "three workers vote three ways on one range");
        else
            foreach (PoolWorker one in wrong)
                Quarantine(one, $"two others vote otherwise on samples {range.Samples} of {request.Asked.Input.Hash}");
        Progress(request);
        Queue(range);
    }

    private void Progress(PendingRequest request)
    {
        if (request.IsOver) return;
        if (request.Settled.Count < request.Ranges.Length)
        {
            Tell(request, request.Settled.Sum(range => range.Samples.Count));
            return;
        }
        foreach (PendingRange range in request.Ranges)
            if (range.Answered is [var only]) Credit(request, only);
        RefuseIfWrong(request);
        if (request.IsOver) return;
        VoteCounts votes = request.Votes();
        Tell(request, votes.Total);
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
        foreach (PoolWorker one in range.Answered) Quarantine(one, reason, isWrong: false);
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
            CountDeath(with is null ? lost : [.. lost, with]);
        }
        foreach (Attempt attempt in lost)
        {
            Finish(attempt);
            Cancel(attempt);
            if (died) AddFailure(attempt.Range, worker, new WorkerLostException(worker.Id, reason));
            Queue(attempt.Range);
        }
    }

    // An input that nobody has voted on may be what killed it.
    private void CountDeath(Attempt[] lost)
    {
        foreach (InputRecord input in lost.Select(attempt => attempt.Range.Request.Input).Distinct())
        {
            if (input.IsAnswered || ++input.Deaths < _options.DeathsToQuarantine) continue;
            input.RefusedUntil = Now + _options.InputQuarantine;
            PendingRequest[] open = [.. _requests.Where(request => request.Input == input)];
            foreach (PendingRequest request in open)
                RefuseInput(request, $"{input.Deaths} workers died with its input");
            if (open.Length > 0)
                Tell(new DispatchEvent.InputQuarantined(open[0].Asked.Input.Hash, input.Deaths));
            input.Deaths = 0;
        }
    }

    // Wrong is who is outvoted or answers nonsense; others are merely not believed.
    private void Quarantine(PoolWorker worker, string reason, bool isWrong = true)
    {
        if (worker.Quarantine is not null) return;
        _pool.Quarantine(worker, reason);
        _counters.Quarantined++;
        Tell(new DispatchEvent.WorkerQuarantined(worker.Id, reason, InputsOf(worker.Id)) { IsWrong = isWrong });
        Recall(worker.Id);
        Disown(worker.Id);
        // It may have been lost, and have come back.
        if (_pool.Find(worker.Id) is { } again) Quarantine(again, reason, isWrong);
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

    // Nothing a worker said counts, in whatever is still open, and nothing that it was asked for is waited for. It may
    // have been lost and have come back, or be gone.
    private void Recall(string worker)
    {
        foreach (Attempt attempt in _pool.Find(worker)?.InFlight.ToArray() ?? [])
        {
            Finish(attempt);
            Cancel(attempt);
            Queue(attempt.Range);
        }
        foreach (PendingRequest request in _requests.ToArray())
            foreach (PendingRange range in request.Ranges.Where(range => range.HasAnswerOf(worker)))
                if (!request.IsOver) Discard(range, worker);
        // Disputes about what was given before go on without it.
        PendingRange[] late = [.. _again.Where(range => range.Request.IsOver && range.HasAnswerOf(worker))];
        foreach (PendingRange range in late) Discard(range, worker);
    }

    private void Discard(PendingRange range, string worker)
    {
        range.Discard(worker);
        Judge(range);
    }
}
