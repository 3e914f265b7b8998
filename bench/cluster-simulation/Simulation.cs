using Router.Cluster.Dispatch;
using Router.Votes;
using Tests;

namespace ClusterSimulation.Bench;

/// <summary>What came of a scenario.</summary>
/// <param name="Utilised">Votes that were given, as a part of what the living GPUs can give.</param>
/// <param name="Worked">GPU time that was worked, as a part of what there was.</param>
/// <param name="Images">Certificates in all.</param>
/// <param name="Median">Seconds of a certificate.</param>
/// <param name="P99">Seconds of a certificate.</param>
/// <param name="Longest">Seconds of a certificate.</param>
/// <param name="AsksPerSecond">Of one gateway.</param>
/// <param name="Again">Asks beyond one a range, as a part of all.</param>
/// <param name="Refused">Requests that nobody answered.</param>
/// <param name="Asks">Of all gateways, in all.</param>
internal sealed record Result(
    double Utilised, double Worked, int Images, double Median, double P99, double Longest, double AsksPerSecond,
    double Again, int Refused, long Asks);

/// <summary>A cluster in virtual time: the dispatchers are those of the product, all else is imagined.</summary>
/// <param name="scenario">What happens.</param>
internal sealed class Simulation(Scenario scenario)
{
    private readonly FunctionId _function = new("simulated");
    private readonly VirtualTime _time = new();
    private readonly List<double> _durations = [];
    private long _votes;
    private double _livingSeconds;
    private int _images, _refused;
    private bool _measures;

    public Result Run()
    {
        Result? result = null;
        _time.Run(async () => result = await LiveAsync());
        return result!;
    }

    private async Task<Result> LiveAsync()
    {
        Host[] hosts = [.. Enumerable.Range(0, Scenario.Hosts).Select(i => new Host(_time, scenario, _function, i))];
        RangeDispatcher[] gateways =
        [
            .. Enumerable.Range(0, Scenario.Gateways).Select(i => new RangeDispatcher(
                new(_function, 2, [1, 1, 4], scenario.Batch),
                new()
                {
                    Gateway = $"gateway{i}",
                    RangesPerLane = scenario.RangesPerLane,
                    LeastHedge = TimeSpan.FromSeconds(scenario.Hedges ? 1 : 1e5),
                }, _time, (ulong)i)),
        ];
        await Task.WhenAll(hosts.Select(host => JoinAsync(gateways, host, 0)));
        double end = _time.Now.TotalSeconds + Scenario.WarmUpSeconds + scenario.Seconds;
        List<Task> images = [];
        for (int gateway = 0; gateway < gateways.Length; gateway++)
            for (int i = 0; i < scenario.Images; i++)
                images.Add(CertifyAsync(gateways[gateway], (gateway * scenario.Images) + i, end));
        Task[] fate = [DieAsync(gateways, hosts, end), FreezeAsync(hosts, end)];
        await _time.Delay(Scenario.WarmUpSeconds);
        foreach (Gpu gpu in hosts.SelectMany(host => host.Gpus)) gpu.Worked = 0;
        long before = gateways.Sum(gateway => gateway.Status.Counters.Asks);
        _measures = true;
        await WatchAsync(hosts, end);
        _measures = false;
        PoolCounters[] counters = [.. gateways.Select(gateway => gateway.Status.Counters)];
        double worked = hosts.Sum(host => host.Gpus.Sum(gpu => gpu.Worked));
        await Task.WhenAll(images);
        await Task.WhenAll(fate);
        foreach (RangeDispatcher gateway in gateways) gateway.Dispose();
        _durations.Sort();
        long asks = counters.Sum(one => one.Asks);
        return new(
            _votes / scenario.VotesPerSecond / _livingSeconds, worked / _livingSeconds, _durations.Count,
            At(.5), At(.99), _durations[^1], (asks - before) / scenario.Seconds / gateways.Length,
            (double)counters.Sum(one => one.Hedges + one.Audits + one.Failures + one.Busy) / asks, _refused, asks);
    }

    private double At(double part) => _durations[(int)(part * _durations.Count)];

    private async Task WatchAsync(Host[] hosts, double end)
    {
        while (_time.Now.TotalSeconds < end)
        {
            const double Step = .5;
            await _time.Delay(Step);
            _livingSeconds += Step * Scenario.GpusPerHost * hosts.Count(host => !host.IsDead);
        }
    }

    // One after the other, each an input that nobody has seen.
    private async Task CertifyAsync(RangeDispatcher gateway, int which, double end)
    {
        // Certificates do not begin all at once.
        await _time.Delay(which * .01);
        while (_time.Now.TotalSeconds < end)
        {
            int image = _images++;
            GridInput input = new(BitConverter.GetBytes(image), 1, 1, 4);
            double begun = _time.Now.TotalSeconds;
            try
            {
                foreach ((long from, long to) in new (long, long)[] {
                    (0, Scenario.Selection), (Scenario.Selection, Scenario.Selection + scenario.Estimation) })
                    await gateway.VoteAsync(
                        new(input, new((ulong)image, 1), new(from, to)) { Progress = new Counted(this) },
                        CancellationToken.None);
                if (_measures) _durations.Add(_time.Now.TotalSeconds - begun);
            }
            catch (VoterUnavailableException)
            {
                if (_measures) _refused++;
            }
        }
    }

    private static Task JoinAsync(RangeDispatcher[] gateways, Host host, int life) =>
        Task.WhenAll(gateways.SelectMany(
            gateway => host.Gpus.Select(gpu => gateway.JoinAsync(gpu.LinkFrom(life), lanes: 1))));

    private async Task DieAsync(RangeDispatcher[] gateways, Host[] hosts, double end)
    {
        List<Task> back = [];
        for (int life = 1; scenario.DeathEvery > 0 && _time.Now.TotalSeconds < end; life++)
        {
            await _time.Delay(scenario.DeathEvery);
            back.Add(DieAsync(gateways, hosts[life * 37 % hosts.Length], life));
        }
        await Task.WhenAll(back);
    }

    private async Task DieAsync(RangeDispatcher[] gateways, Host host, int life)
    {
        host.IsDead = true;
        await _time.Delay(Scenario.DeathIsKnownAfter);
        foreach (RangeDispatcher gateway in gateways)
            foreach (WorkerStatus worker in gateway.Status.Workers)
                if (worker.Id.StartsWith(host.Name + ".", StringComparison.Ordinal))
                    gateway.Leave(worker.Id, died: true);
        await _time.Delay(Scenario.BackAfter);
        host.IsDead = false;
        await JoinAsync(gateways, host, life);
    }

    private async Task FreezeAsync(Host[] hosts, double end)
    {
        const double Frozen = 10;
        for (int i = 1; scenario.FreezeEvery > 0 && _time.Now.TotalSeconds < end; i++)
        {
            await _time.Delay(scenario.FreezeEvery);
            hosts[i * 53 % hosts.Length].FrozenUntil = _time.Now.TotalSeconds + Frozen;
        }
    }

    private sealed class Counted(Simulation simulation) : IProgress<long>
    {
        private long _told;

        public void Report(long value)
        {
            if (simulation._measures) simulation._votes += value - _told;
            _told = value;
        }
    }
}
