using Router.Cluster.Dispatch;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace ClusterSimulation.Bench;

/// <summary>What befalls a machine, and with it all of its GPUs.</summary>
internal sealed class Host
{
    /// <summary>A machine.</summary>
    /// <param name="time">The virtual time.</param>
    /// <param name="scenario">How fast its GPUs are.</param>
    /// <param name="function">What they vote as.</param>
    /// <param name="number">Which machine.</param>
    public Host(VirtualTime time, Scenario scenario, FunctionId function, int number)
    {
        Name = $"host{number}";
        Gpus =
        [
            .. Enumerable.Range(0, Scenario.GpusPerHost).Select(gpu => new Gpu(
                time, scenario, function, this, gpu, new(2026, (uint)(Scenario.GpusPerHost * number + gpu)))),
        ];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its GPUs, each a worker.</summary>
    public IReadOnlyList<Gpu> Gpus { get; }

    /// <summary>Until when it does nothing.</summary>
    public double FrozenUntil { get; set; }

    /// <summary>Whether its processes are gone.</summary>
    public bool IsDead { get; set; }
}

/// <summary>
/// A worker with a GPU that takes as long as one would, and votes for the first class. It dies, comes back as another
/// worker, freezes and straggles as its scenario and its machine say.
/// </summary>
/// <param name="time">The virtual time.</param>
/// <param name="scenario">How fast it is, and what befalls it.</param>
/// <param name="function">What it votes as.</param>
/// <param name="host">Its machine.</param>
/// <param name="number">Which of the machine's.</param>
/// <param name="chance">How long each range takes, and which straggle.</param>
internal sealed class Gpu(
    VirtualTime time, Scenario scenario, FunctionId function, Host host, int number, NoiseStream chance)
{
    private readonly Queue<TaskCompletionSource> _turns = [];
    private long _drawn;
    private int _inside;
    private bool _isBusy;

    /// <summary>GPU-seconds that were worked, from when they are measured.</summary>
    public double Worked { get; set; }

    /// <summary>The way to it from a gateway.</summary>
    /// <param name="life">How often it has come back.</param>
    public IWorkerLink LinkFrom(int life) => new Link(this, $"{host.Name}.{number}.{life}", host.Name);

    // Evenly from [0, 1).
    private double Chance() => Math.ScaleB(chance.Uniform(_drawn++, 0), -64);

    private async Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken)
    {
        await time.Delay(Scenario.OneWaySeconds, cancellationToken);
        // Nobody says that a process is gone: the call hangs until the cluster has found out.
        if (host.IsDead) await time.Delay(1e6, cancellationToken);
        int ahead = _inside;
        if (ahead >= Scenario.QueuedPerGpu)
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
        if (_isBusy) _turns.Enqueue(turn);
        else
        {
            _isBusy = true;
            turn.SetResult();
        }
        await using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
            await turn.Task;
        double begun = time.Now.TotalSeconds;
        try
        {
            double seconds = ask.Range.Count / scenario.VotesPerSecond * (.95 + .1 * Chance());
            if (Chance() < scenario.StragglingPart) seconds *= Scenario.StragglingFactor;
            await time.Delay(seconds, cancellationToken);
            if (host.FrozenUntil > time.Now.TotalSeconds)
                await time.Delay(host.FrozenUntil - time.Now.TotalSeconds, cancellationToken);
            if (host.IsDead) await time.Delay(1e6, cancellationToken);
        }
        finally
        {
            if (!host.IsDead) Worked += time.Now.TotalSeconds - begun;
            bool passedOn = false;
            while (!passedOn && _turns.TryDequeue(out TaskCompletionSource? next)) passedOn = next.TrySetResult();
            if (!passedOn) _isBusy = false;
        }
    }

    private sealed class Link(Gpu gpu, string worker, string machine) : IWorkerLink
    {
        public string Worker => worker;

        public string Host => machine;

        public Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken) =>
            gpu.AskAsync(ask, cancellationToken);
    }
}
