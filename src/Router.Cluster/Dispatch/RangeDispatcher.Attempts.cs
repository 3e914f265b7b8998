using Router.Votes;

namespace Router.Cluster.Dispatch;

// What is asked of whom, and what becomes of it. All under the lock, but for AskAsync.
public sealed partial class RangeDispatcher
{
    private void Assign()
    {
        TimeSpan now = Now;
        int version;
        do
        {
            version = _pool.Version;
            for (int i = 0; i < _again.Count;)
            {
                PendingRange range = _again[i];
                Place(range, now);
                if (IsWanted(range) && !IsConcluded(range)) i++;
                else
                {
                    range.IsQueued = false;
                    _again.RemoveAt(i);
                }
            }
            while (NextFresh() is { } fresh && _pool.Choose(fresh, now) is { } worker)
            {
                fresh.Request.TakeFresh();
                Send(fresh, worker, now);
                Place(fresh, now);
                Queue(fresh);
            }
        }
        // What was concluded may have taken workers from ranges that were looked at before.
        while (version != _pool.Version);
        Wait();
    }

    private static bool IsWanted(PendingRange range) =>
        range.Missing > 0 && (!range.Request.IsOver || range.IsDisputed);

    private void Place(PendingRange range, TimeSpan now)
    {
        while (IsWanted(range) && range.Request.Input.MayBeAsked && _pool.Choose(range, now) is { } worker)
        {
            if (range.Attempts.Exists(attempt => attempt.IsOverdue)) _counters.Hedges++;
            Send(range, worker, now);
        }
    }

    // Nobody is left who could draw it: what follows from those who had it.
    private bool IsConcluded(PendingRange range)
    {
        if (range.Attempts.Count > 0 || _pool.HasOthersFor(range)) return false;
        if (range.IsDisputed)
        {
            Disbelieve(range, "workers disagree, and there is no third one to ask");
            return true;
        }
        if (range.IsAnswered)
        {
            _counters.AuditsGivenUp++;
            range.GiveUpAudit();
            Judge(range);
            return true;
        }
        if (range.Failures.Count == 0 || _pool.Eligible == 0) return false;
        Refuse(range.Request, $"every worker failed on samples {range.Samples}: {range.Fault?.Message}", range.Fault);
        return true;
    }

    // Urgent ones first; among those whose party has the least with workers.
    private PendingRange? NextFresh()
    {
        PendingRequest? first = null;
        foreach (PendingRequest request in _requests)
            if (request.Fresh is not null && request.Input.MayBeAsked && (first is null || Compare(request, first) < 0))
                first = request;
        return first?.Fresh;
    }

    private static int Compare(PendingRequest one, PendingRequest other)
    {
        int order = Claim.CompareUrgency(one.Asked.Claim, other.Asked.Claim);
        if (order == 0) order = one.Share.InFlight.CompareTo(other.Share.InFlight);
        return order != 0 ? order : one.Arrival.CompareTo(other.Arrival);
    }

    // Where there is no worker, requests wait for one, but not for ever.
    private void Wait()
    {
        bool waits = _pool.Eligible == 0 && _requests.Count > 0 && !_closed;
        if (waits && _patience is null)
            _patience = _clock.CreateTimer(
                _ => Change(GiveUpWaiting), null, _options.Patience, Timeout.InfiniteTimeSpan);
        else if (!waits)
        {
            _patience?.Dispose();
            _patience = null;
        }
    }

    private void GiveUpWaiting()
    {
        _patience?.Dispose();
        _patience = null;
        if (_pool.Eligible > 0) return;
        string reason = _pool.Workers.Any(worker => worker.IsDisputed)
            ? "workers vote otherwise than each other, and there is nobody to decide"
            : $"no worker has had this function for {_options.Patience.TotalSeconds} s";
        foreach (PendingRequest request in _requests.ToArray()) Refuse(request, reason);
    }

    private void Send(PendingRange range, PoolWorker worker, TimeSpan now)
    {
        Attempt attempt = new(range, worker, now);
        range.Attempts.Add(attempt);
        worker.InFlight.Add(attempt);
        worker.SamplesInFlight += _pool.Billed(range.Samples);
        range.Request.Share.InFlight++;
        range.Request.Input.Attempts++;
        _counters.Asks++;
        attempt.Hedge = _clock.CreateTimer(
            _ => Change(() => Hedge(attempt)), null, _pool.HedgeAfter(worker), Timeout.InfiniteTimeSpan);
        VoteRequest asked = range.Request.Asked;
        RangeAsk ask = new(_function.Id, asked.Input, asked.Stream, range.Samples)
        {
            Party = range.Request.Share.Key,
            Priority = asked.Claim.Priority,
            Remaining = asked.Claim.Deadline - _clock.GetUtcNow(),
        };
        _after.Add(() => _ = AskAsync(attempt, ask));
    }

    private async Task AskAsync(Attempt attempt, RangeAsk ask)
    {
        RangeAnswer? answer = null;
        Exception? fault = null;
        try
        {
            // A link that answers at once would come back here from within, as deep as there are ranges.
            await Task.Yield();
            answer = await attempt.Worker.Link.AskAsync(ask, attempt.Cancellation.Token);
        }
        catch (Exception caught)
        {
            fault = caught;
        }
        Change(() => Take(attempt, answer, fault));
    }

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
                worker.Faults = 0;
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
                TimeSpan pause = _options.FirstPause * Math.Pow(2, Math.Min(worker.Faults++, 30));
                Pause(worker, pause < _options.LongestPause ? pause : _options.LongestPause);
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
            request.Settled.Add(range);
            GiveUp(range);
        }
        else if (!wasOpen && request.IsOver && range.IsDisputed)
        {
            _counters.FoundLate++;
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
        if (request.Settled.Count == request.Ranges.Length)
        {
            VoteCounts votes = request.Votes();
            foreach (PendingRange range in request.Ranges)
                if (range.Answered is [var only])
                    request.Input.Credit(request.Asked.Stream, only.Id, range.Samples.To);
            Tell(request, votes.Total);
            End(request, done => done.TrySetResult(votes));
        }
        else Tell(request, request.Settled.Sum(range => range.Samples.Count));
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
        foreach (PoolWorker one in range.Answered) Quarantine(one, reason);
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

    private void Hedge(Attempt attempt)
    {
        if (attempt.IsOver || attempt.IsOverdue || attempt.Range.Votes is not null) return;
        if (_overdue >= _pool.HedgeBudget || attempt.Range.Attempts.Count > 2)
        {
            attempt.Hedge!.Change(_pool.HedgeAfter(), Timeout.InfiniteTimeSpan);
            return;
        }
        attempt.IsOverdue = true;
        attempt.Range.Request.Input.Attempts--;
        _overdue++;
        Queue(attempt.Range);
    }

    private void Queue(PendingRange range)
    {
        if (range.IsQueued || !IsWanted(range) || range == range.Request.Fresh) return;
        range.IsQueued = true;
        _again.Add(range);
    }

    private void Finish(Attempt attempt)
    {
        attempt.IsOver = true;
        attempt.Hedge?.Dispose();
        attempt.Range.Attempts.Remove(attempt);
        attempt.Worker.InFlight.Remove(attempt);
        attempt.Worker.SamplesInFlight -= _pool.Billed(attempt.Range.Samples);
        attempt.Range.Request.Share.InFlight--;
        if (attempt.IsOverdue) _overdue--;
        else attempt.Range.Request.Input.Attempts--;
    }

    private void Pause(PoolWorker worker, TimeSpan pause)
    {
        if (worker.IsGone) return;
        worker.NotBefore = Now + pause;
        worker.Wake?.Dispose();
        // Set back by the timer itself: a clock that ticks coarser than ours may ring a little early.
        worker.Wake = _clock.CreateTimer(
            _ => Change(() => worker.NotBefore = TimeSpan.Zero), null, pause, Timeout.InfiniteTimeSpan);
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
                Refuse(request, $"{input.Deaths} workers died with its input: it is refused for a while");
            if (open.Length > 0)
                Tell(new DispatchEvent.InputQuarantined(open[0].Asked.Input.Hash, input.Deaths));
            input.Deaths = 0;
        }
    }

    private void Quarantine(PoolWorker worker, string reason)
    {
        if (worker.Quarantine is not null) return;
        _pool.Quarantine(worker, reason);
        _counters.Quarantined++;
        Tell(new DispatchEvent.WorkerQuarantined(worker.Id, reason));
        Recall(worker);
        // What went into counts that were given cannot be taken back.
        foreach (PendingRequest request in _requests.ToArray()) RefuseIfTainted(request);
    }

    // Nothing a worker said counts, in whatever is still open, and nothing that it was asked for is waited for.
    private void Recall(PoolWorker worker)
    {
        foreach (Attempt attempt in worker.InFlight.ToArray())
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

    private void Discard(PendingRange range, PoolWorker worker)
    {
        range.Discard(worker);
        Judge(range);
    }
}
