using System.Diagnostics;
using Router.Cluster.Telemetry;
using Router.Votes;

namespace Router.Cluster.Dispatch;

// What is asked of whom, and when again. All under the lock, but for AskAsync.
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
                if (IsWanted(range) && !IsConcluded(range, now)) i++;
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
    private bool IsConcluded(PendingRange range, TimeSpan now)
    {
        if (range.Attempts.Count > 0) return false;
        bool isAudit = range.IsAnswered && !range.IsDisputed;
        if (_pool.HasOthersFor(range, thatAnswers: isAudit)) return false;
        if (range.IsDisputed)
        {
            if (_pool.AwaitsAnother(now)) return false;
            Disbelieve(range, "workers disagree, and there is no third one to ask");
            return true;
        }
        if (isAudit)
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

    // Of the caller who has the least with workers; among those urgent ones, then those whose party has the least.
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
        int order = one.Share.Of!.InFlight.CompareTo(other.Share.Of!.InFlight);
        if (order == 0) order = Claim.CompareUrgency(one.Asked.Claim, other.Asked.Claim);
        if (order == 0) order = one.Share.InFlight.CompareTo(other.Share.InFlight);
        return order != 0 ? order : one.Arrival.CompareTo(other.Arrival);
    }

    // Where there is no worker, requests wait for one, but not for ever. They are in the order in which they came: the
    // first of them is the first to give up.
    private void Wait()
    {
        _alone = _pool.Eligible > 0 ? null : _alone ?? Now;
        bool waits = _alone is not null && _requests.Count > 0 && !_closed;
        if (waits && _patience is null)
        {
            TimeSpan left = GivesUp(_requests[0]) - Now;
            _patience = _clock.CreateTimer(
                _ => Change(GiveUpWaiting), null, left > TimeSpan.Zero ? left : TimeSpan.Zero,
                Timeout.InfiniteTimeSpan);
        }
        else if (!waits)
        {
            _patience?.Dispose();
            _patience = null;
        }
    }

    private TimeSpan GivesUp(PendingRequest request) =>
        (request.Arrived > _alone ? request.Arrived : _alone ?? request.Arrived) + _options.Patience;

    private void GiveUpWaiting()
    {
        _patience?.Dispose();
        _patience = null;
        if (_pool.Eligible > 0) return;
        string reason = _pool.Workers.Any(worker => worker.IsDisputed)
            ? "workers vote otherwise than each other, and there is nobody to decide"
            : $"no worker has had this function for {_options.Patience.TotalSeconds} s";
        // Late, so that nobody above waits as long again.
        TimeSpan now = Now;
        foreach (PendingRequest request in _requests.Where(request => GivesUp(request) <= now).ToArray())
            Refuse(request, reason, new TimeoutException());
    }

    private void Send(PendingRange range, PoolWorker worker, TimeSpan now)
    {
        Attempt attempt = new(range, worker, now);
        range.Attempts.Add(attempt);
        worker.InFlight.Add(attempt);
        worker.SamplesInFlight += _pool.Billed(range.Samples);
        range.Request.Share.Add(1);
        range.Request.Input.Attempts++;
        range.Request.Input.Open++;
        _counters.Asks++;
        if (!worker.IsProven && worker.Proofs < _options.RangesToProve
            && _pool.HasOthersFor(range, thatAnswers: true) && range.Audit())
            worker.Proofs++;
        attempt.Hedge = _clock.CreateTimer(
            _ => Change(() => Hedge(attempt)), null, _pool.HedgeAfter(worker), Timeout.InfiniteTimeSpan);
        VoteRequest asked = range.Request.Asked;
        RangeAsk ask = new(_function.Id, asked.Input, asked.Stream, range.Samples)
        {
            Party = _options.Gateway,
            Priority = asked.Claim.Priority,
            Remaining = asked.Claim.Deadline - _clock.GetUtcNow(),
        };
        _after.Add(() => _ = AskAsync(attempt, ask));
    }

    private async Task AskAsync(Attempt attempt, RangeAsk ask)
    {
        RangeAnswer? answer = null;
        Exception? fault = null;
        ActivityContext trace = attempt.Range.Request.Trace;
        // A link that answers at once would come back here from within, as deep as there are ranges.
        await Task.Yield();
        // Whoever made room for this range has a trace of its own.
        Activity.Current = null;
        using (Activity? span = ClusterSpans.Ask(ask, attempt.Worker.Id, trace))
        {
            try
            {
                answer = await attempt.Worker.Link.AskAsync(
                    ask with { Trace = span?.Context ?? trace }, attempt.Cancellation.Token);
                if (answer is RangeAnswer.Voted) ClusterMeter.Got(_function.Network, Now - attempt.Asked);
                ClusterSpans.End(span, answer is RangeAnswer.Voted ? "voted" : "busy");
            }
            catch (Exception caught)
            {
                fault = caught;
                ClusterSpans.End(span, attempt.Cancellation.IsCancellationRequested ? "given_up" : "failed", fault);
            }
        }
        Change(() => Take(attempt, answer, fault));
    }

    private void Hedge(Attempt attempt)
    {
        if (attempt.IsOver || attempt.Range.Votes is not null) return;
        TimeSpan late = _pool.HedgeAfter(), patience = 3 * late;
        if (patience < _options.AuditPatience) patience = _options.AuditPatience;
        // Votes are there already, and nothing else brings them out. Nobody waits so long for one worker twice.
        if (attempt.Range.IsAnswered
            && (Now - attempt.Asked >= patience || (attempt.Worker.IsSilent && !attempt.Range.IsDisputed)))
        {
            GiveUpOn(attempt, patience);
            return;
        }
        attempt.Hedge!.Change(late, Timeout.InfiniteTimeSpan);
        if (attempt.IsOverdue || _overdue >= _pool.HedgeBudget || attempt.Range.Attempts.Count > 2) return;
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
        attempt.Range.Request.Share.Add(-1);
        attempt.Range.Request.Input.Open--;
        if (attempt.IsOverdue) _overdue--;
        else attempt.Range.Request.Input.Attempts--;
    }

    private void GiveUpOn(Attempt attempt, TimeSpan patience)
    {
        if (!attempt.Worker.IsSilent) Tell(new DispatchEvent.WorkerSilent(attempt.Worker.Id, patience));
        attempt.Worker.IsSilent = true;
        Finish(attempt);
        Cancel(attempt.Cancellation);
        AddFailure(
            attempt.Range, attempt.Worker, new TimeoutException($"no answer in {patience.TotalSeconds} s"));
        LeaveAlone(attempt.Worker);
        Queue(attempt.Range);
    }

    // Whose forward pass hangs has not failed, and never answers.
    private void CountMisses(PendingRange range)
    {
        foreach (Attempt attempt in range.Attempts.Where(attempt => attempt is { IsOverdue: true, IsMissed: false }))
        {
            attempt.IsMissed = true;
            if (++attempt.Worker.Misses >= _options.MissesToPause && attempt.Worker.NotBefore <= Now)
                LeaveAlone(attempt.Worker);
        }
    }

    // For longer each time.
    private void LeaveAlone(PoolWorker worker)
    {
        TimeSpan pause = _options.FirstPause * Math.Pow(2, Math.Min(worker.Faults++, 30));
        Pause(worker, pause < _options.LongestPause ? pause : _options.LongestPause);
    }

    private void Pause(PoolWorker worker, TimeSpan pause)
    {
        if (worker.IsGone || worker.NotBefore >= Now + pause) return;
        worker.NotBefore = Now + pause;
        worker.Wake?.Dispose();
        // Set back by the timer itself: a clock that ticks coarser than ours may ring a little early.
        worker.Wake = _clock.CreateTimer(
            _ => Change(() => worker.NotBefore = TimeSpan.Zero), null, pause, Timeout.InfiniteTimeSpan);
    }
}
