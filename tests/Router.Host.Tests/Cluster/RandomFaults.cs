using Router.Votes.Noise;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>
/// A cluster of one, two or four workers that something befalls each time that an image is done. There is always a
/// worker that could go on, and two where one may lie or be of another build.
/// </summary>
internal sealed class RandomFaults : IDisposable
{
    private const string Log = "drawn";
    private const int MostFaults = 4;

    private readonly ClusterPrograms _programs = new();
    private readonly NoiseStream _random;
    private readonly SingleProcess _single;
    private readonly int _size;
    private readonly IMeetingServer? _server;
    private readonly List<ClusterProgram> _workers = [], _frozen = [];
    private readonly List<string> _story = [];
    private ClusterProgram? _gateway;
    private long _drawn;
    private bool _isWrongOne;

    public RandomFaults(int seed, SingleProcess single)
    {
        (_random, _single) = (new((ulong)seed, 0), single);
        _size = 1 << (seed % 3);
        (string where, _server) = Draw(4) switch
        {
            0 => ("PostgreSQL", PostgresServer.Start()),
            1 => ("Redis", RedisServer.Start(_programs.Folder)),
            _ => ("a file", (IMeetingServer?)null),
        };
        if (_server is not null) _programs.Cluster = _server.Address;
        _story.Add($"seed {seed}: {_size} workers at {where}");
    }

    public string Records => _programs.Read(Log);

    public string Counts => _programs.Read($"{Log}.tsv.counts.tsv");

    /// <summary>What befell, and what the gateway said.</summary>
    public string Story => string.Join(", ", _story) + $"\n{_gateway?.Text}";

    public void Dispose()
    {
        _programs.Dispose();
        _server?.Dispose();
    }

    public async Task CertifyAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, _size).Select(_ => JoinAsync()));
        _gateway = StartGateway();
        for (int row = 1; row <= MostFaults && await _programs.HasRowsAsync(Log, row, _gateway); row++)
        {
            if (_gateway.HasEnded) break;
            (string Name, Func<Task> Happen)[] faults = [.. Possible(row == MostFaults)];
            (string name, Func<Task> happen) = faults[Draw(faults.Length)];
            _story.Add(name);
            await happen();
        }
        Assert.True(await _gateway.ExitCodeAsync() == 0, Story);
    }

    private IEnumerable<(string Name, Func<Task> Happen)> Possible(bool isLast)
    {
        yield return ("a worker killed", () => LoseAsync("KILL"));
        yield return ("a worker told to stop", () => LoseAsync("TERM"));
        yield return ("a worker frozen", FreezeAsync);
        if (_frozen.Count > 0) yield return ("a frozen worker thawed", ThawAsync);
        yield return ("a worker more", JoinAsync);
        yield return ("the gateway killed", KillGatewayAsync);
        if (_workers.Count > 1 && !_isWrongOne)
            foreach (string what in (string[])["liar", "otherBuild"])
                yield return ($"{what} joins", () => JoinWrong(what));
        if (_server is null) yield break;
        yield return ("where they meet is away for an image", RestartServerAsync);
        // Whoever joins after that comes into a second cluster.
        if (isLast) yield return ("where they meet forgets", ForgetAsync);
    }

    private int Draw(int below) => (int)(_random.Uniform(_drawn++, 0) % (ulong)below);

    private ClusterProgram StartGateway(params string[] more) => _programs.StartCertify(
        Log, _single.Skip, ["--cluster", _programs.Cluster, "--in-flight", $"{1 + Draw(3)}", .. more]);

    private async Task JoinAsync()
    {
        ClusterProgram worker = await _programs.WorkerAsync();
        lock (_workers) _workers.Add(worker);
    }

    // Who takes its place comes first where it would be missed.
    private async Task<ClusterProgram> LeaveAsync()
    {
        if (_workers.Count <= Math.Min(2, _size)) await JoinAsync();
        ClusterProgram leaving = _workers[Draw(_workers.Count)];
        _workers.Remove(leaving);
        return leaving;
    }

    private async Task LoseAsync(string signal) => await (await LeaveAsync()).SignalAsync(signal);

    private async Task FreezeAsync()
    {
        ClusterProgram frozen = await LeaveAsync();
        _frozen.Add(frozen);
        await frozen.SignalAsync("STOP");
    }

    private async Task ThawAsync()
    {
        await _frozen[^1].SignalAsync("CONT");
        _frozen.RemoveAt(_frozen.Count - 1);
    }

    private Task JoinWrong(string what)
    {
        _isWrongOne = true;
        _programs.StartWrongWorker(what);
        return Task.CompletedTask;
    }

    private async Task KillGatewayAsync()
    {
        await _gateway!.SignalAsync("KILL");
        await _gateway.ExitCodeAsync();
        _gateway = StartGateway("--resume");
        // A member by then: it cannot become one while nobody knows where they meet.
        await _gateway.LineWithAsync(" images, ");
    }

    private async Task RestartServerAsync()
    {
        int rows = File.ReadLines(Path.Combine(_programs.Folder, $"{Log}.tsv")).Count() - 1;
        _server!.Stop();
        await _programs.HasRowsAsync(Log, rows + 1, _gateway!);
        _server.StartAgain();
    }

    private Task ForgetAsync()
    {
        _server!.LoseData();
        return Task.CompletedTask;
    }
}
