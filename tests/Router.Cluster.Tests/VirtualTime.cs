namespace Tests;

/// <summary>
/// A world of one thread whose clock jumps to whatever is due next: the same run gives the same order of events, hours
/// take no time, and a wait that nothing will ever end is found out.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<(Timer Timer, long Setting), (long Due, long Order)> _due = new();
    private readonly Queue<Action> _ready = [];
    private long _now, _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>From the start of this world.</summary>
    public TimeSpan Now => new(_now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(_now);

    public override long GetTimestamp() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Timer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits.</summary>
    public Task Delay(double seconds, CancellationToken cancellationToken = default) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), this, cancellationToken);

    /// <summary>Lives until something is done.</summary>
    /// <exception cref="InvalidOperationException">It never will be: nothing is ready, and nothing is due.</exception>
    public void Run(Func<Task> main)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Turns(_ready));
        try
        {
            Task done = main();
            while (!done.IsCompleted)
                if (_ready.TryDequeue(out Action? act)) act();
                else MoveOn();
            done.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void MoveOn()
    {
        if (!_due.TryDequeue(out (Timer Timer, long Setting) next, out (long Due, long Order) at))
            throw new InvalidOperationException($"everybody waits at {Now}, and nothing is due any more");
        if (next.Setting != next.Timer.Setting) return;
        _now = at.Due;
        next.Timer.Ring();
    }

    private sealed class Turns(Queue<Action> ready) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback callback, object? state) =>
            ready.Enqueue(() => callback(state));

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class Timer(VirtualTime time, Action ring) : ITimer
    {
        private TimeSpan _period;

        public long Setting { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            (_period, Setting) = (period, Setting + 1);
            if (dueTime >= TimeSpan.Zero)
                time._due.Enqueue((this, Setting), (time._now + dueTime.Ticks, time._order++));
            return true;
        }

        public void Ring()
        {
            if (_period > TimeSpan.Zero) Change(_period, _period);
            ring();
        }

        public void Dispose() => Setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
