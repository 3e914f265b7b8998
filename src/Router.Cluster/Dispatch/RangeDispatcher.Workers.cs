namespace Router.Cluster.Dispatch;

// Who is there: those that may come, join, drain and leave.
public sealed partial class RangeDispatcher
{
    /// <summary>
    /// A member of the cluster may have the function: it is soon known. Who could be asked meanwhile, and whose votes
    /// nobody has confirmed, waits for it, <see cref="DispatchOptions.CanaryPatience"/> at most.
    /// </summary>
    /// <param name="worker">Its id.</param>
    public void Expect(string worker)
    {
        Change(() => _pool.Expect(worker, Now));
        // Nobody disposes of it: it holds nothing but this pool, and that for seconds.
        ITimer? late = null;
        late = _clock.CreateTimer(
            _ =>
            {
                late?.Dispose();
                Change(() => { });
            },
            null, _options.CanaryPatience, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It does not have the function, or is gone. Unknown ids are none.</summary>
    public void ExpectNo(string worker)
    {
        // It is told so at every look at a member that has other functions.
        lock (_gate)
            if (!_pool.Expects(worker)) return;
        Change(() => _pool.ExpectNo(worker));
    }

    /// <summary>
    /// A worker comes: it is asked to vote on a range that the others voted on, and for nothing else before it has
    /// voted as they did.
    /// </summary>
    /// <param name="link">The way to it.</param>
    /// <param name="lanes">Forward passes of this function that it runs at once, ≥ 1.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ArgumentException">It is here already.</exception>
    /// <exception cref="TimeoutException">
    /// It has not voted within <see cref="DispatchOptions.AuditPatience"/>; it may be tried again.
    /// </exception>
    /// <exception cref="Exception">What it failed with; it is gone then, and may be tried again.</exception>
    public async Task JoinAsync(IWorkerLink link, int lanes, CancellationToken cancellationToken = default)
    {
        PoolWorker worker = null!;
        Change(() => worker = _pool.Add(link, lanes, Now));
        if (worker.Quarantine is not null) return;
        // Who waited for this one is asked from then on.
        await using ITimer late = _clock.CreateTimer(
            _ => Change(() => { }), null, _options.CanaryPatience, Timeout.InfiniteTimeSpan);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            RangeAnswer.Voted answer = await AskCanaryAsync(link, stop.Token)
                .WaitAsync(_options.AuditPatience, _clock, cancellationToken);
            Change(() => Admit(worker, answer));
        }
        catch
        {
            Change(() =>
            {
                Lose(worker, died: false, "it did not vote on the canary");
                Cancel(stop);
            });
            throw;
        }
    }

    /// <summary>Whether a worker is in the pool, or was found to be wrong.</summary>
    public bool Knows(string worker)
    {
        lock (_gate) return _pool.Find(worker) is not null || _pool.Liars.Contains(worker);
    }

    /// <summary>
    /// A worker is about to end: it finishes what it has, and gets nothing new. Unknown ids are none.
    /// </summary>
    public void Drain(string worker) => Change(() =>
    {
        if (_pool.Find(worker) is not { } leaving) return;
        leaving.IsDraining = true;
        _pool.Count();
    });

    /// <summary>A worker is gone: what it was asked for is asked elsewhere. Unknown ids are none.</summary>
    /// <param name="worker">Its id.</param>
    /// <param name="died">Whether it died; it may have left of its own accord.</param>
    public void Leave(string worker, bool died) => Change(() =>
    {
        if (_pool.Find(worker) is { } lost) Lose(lost, died, "it is no member of the cluster any more");
        _pool.Forget(worker);
    });

    /// <summary>
    /// A worker voted wrongly as another function: it is not asked here either, nor let in, and what it voted for
    /// certificates that are open is not gone on with.
    /// </summary>
    /// <param name="worker">Its id.</param>
    /// <param name="reason">What was wrong.</param>
    public void Distrust(string worker, string reason) => Change(() =>
    {
        _pool.ExpectNo(worker);
        if (_pool.Find(worker) is { } here) Quarantine([here], reason, isWrong: false);
        else if (_pool.Disbelieve(worker))
        {
            if (InputsOf(worker) is { IsEmpty: false } inputs)
                Tell(new DispatchEvent.WorkerQuarantined(worker, reason, inputs));
            Withdraw([worker]);
        }
    });

    private async Task<RangeAnswer.Voted> AskCanaryAsync(IWorkerLink link, CancellationToken cancellationToken)
    {
        while (true)
            switch (await link.AskAsync(_canary, cancellationToken))
            {
                case RangeAnswer.Busy busy:
                    await Task.Delay(busy.RetryAfter, _clock, cancellationToken);
                    break;
                case RangeAnswer.Voted voted:
                    return voted;
            }
    }

    private void Admit(PoolWorker worker, RangeAnswer.Voted answer)
    {
        if (worker.IsGone) return;
        if (Objection(answer.Votes, _canary.Range) is { } objection)
        {
            Quarantine([worker], objection);
            return;
        }
        Quarantine(_pool.Trust(worker, answer.Votes), "it votes otherwise than the others on the pool's canary");
        foreach (PendingRange range in Recall([.. _pool.Workers.Where(one => one.IsDisputed).Select(one => one.Id)]))
            Judge(range);
    }
}
