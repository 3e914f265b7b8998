using Router.Cluster.Dispatch;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace ClusterSimulation.Bench;

/// <summary>
/// A machine with GPUs that takes as long as one would, and votes for the first class. It dies, comes back as another
/// worker, freezes and straggles as its scenario says.
/// </summary>
/// <param name="time">The virtual time.</param>
/// <param name="scenario">How fast it is, and what befalls it.</param>
/// <param name="function">What it votes as.</param>
/// <param name="number">Which machine.</param>
internal sealed class Host(VirtualTime time, Scenario scenario, FunctionId function, int number)
{
    private readonly NoiseStream _chance = new(2026, (uint)number);
    private readonly Queue<TaskCompletionSource> _turns = [];
    private long _drawn;
    private int _free = Scenario.GpusPerHost, _inside;

    /// <summary>Until when it does nothing.</summary>
    public double FrozenUntil { get; set; }

    /// <summary>Whether its process is gone.</summary>
    public bool IsDead { get; set; }

    /// <summary>GPU-seconds that were worked, from when they are measured.</summary>
    public double Worked { get; set; }

    /// <summary>Evenly from [0, 1).</summary>
    public double Chance() => Math.ScaleB(_chance.Uniform(_drawn++, 0), -64);

    /// <summary>The way to it from a gateway.</summary>
    /// <param name="life">How often it has come back.</param>
    public IWorkerLink LinkFrom(int life) => new Link(this, $"host{number}.{life}");

    private async Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken)
    {
        await time.Delay(Scenario.OneWaySeconds, cancellationToken);
        // Nobody says that a process is gone: the call hangs until the cluster has found out.
        if (IsDead) await time.Delay(1e6, cancellationToken);
        int ahead = _inside;
        if (ahead >= Scenario.GpusPerHost * Scenario.QueuedPerGpu)
            return new RangeAnswer.Busy(TimeSpan.FromMilliseconds(50));
        _inside++;
        try
        {
            await WorkAsync(ask, cancellationToken);
        }
        finally
        {
            _inside--;
        }
        await time.Delay(Scenario.OneWaySeconds, cancellationToken);
        long first = ask.Range.Count * 3 / 4;
        return new RangeAnswer.Voted(new([first, ask.Range.Count - first], 0, ask.Range, function), ahead);
    }

    private async Task WorkAsync(RangeAsk ask, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_free > 0)
        {
            _free--;
            turn.SetResult();
        }
        else _turns.Enqueue(turn);
        await using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
            await turn.Task;
        double begun = time.Now.TotalSeconds;
        try
        {
            double seconds = ask.Range.Count / scenario.VotesPerSecond * (.95 + .1 * Chance());
            if (Chance() < scenario.StragglingPart) seconds *= Scenario.StragglingFactor;
            await time.Delay(seconds, cancellationToken);
            if (FrozenUntil > time.Now.TotalSeconds)
                await time.Delay(FrozenUntil - time.Now.TotalSeconds, cancellationToken);
            if (IsDead) await time.Delay(1e6, cancellationToken);
        }
        finally
        {
            if (!IsDead) Worked += time.Now.TotalSeconds - begun;
            bool passedOn = false;
            while (!passedOn && _turns.TryDequeue(out TaskCompletionSource? next)) passedOn = next.TrySetResult();
            if (!passedOn) _free++;
        }
    }

    private sealed class Link(Host host, string worker) : IWorkerLink
    {
        public string Worker => worker;

        public Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken) =>
            host.AskAsync(ask, cancellationToken);
    }
}
