using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Router.Cluster;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Votes;

namespace Scaling.Bench;

/// <summary>One gateway and so many workers, each a process of its own, that meet by a file.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-scaling-").FullName;
    private readonly List<Process> _workers = [];
    private ClusterHost? _member;

    public required int Workers { get; init; }

    public required double SamplesPerSecond { get; init; }

    public required ImmutableArray<int> Shape { get; init; }

    public RangeDispatcher Pool { get; private set; } = null!;

    private string File => Path.Combine(_folder, "members.json");

    public async Task<Gateway> StartAsync()
    {
        for (int i = 0; i < Workers; i++)
            _workers.Add(Process.Start(new ProcessStartInfo("dotnet",
            [
                typeof(Gateway).Assembly.Location, "worker", File,
                SamplesPerSecond.ToString(CultureInfo.InvariantCulture), string.Join(',', Shape),
            ])
            {
                // A worker ends with its input: none outlives this process, however that ends.
                RedirectStandardInput = true, UseShellExecute = false,
            })!);
        _member = await ClusterHost.JoinAsync(Settings(File, "gateway"), [], CancellationToken.None);
        FunctionDescription function = await _member.Directory.WaitForAsync(
            members => members.SelectMany(one => one.Description?.Functions ?? []).FirstOrDefault(),
            CancellationToken.None);
        Pool = _member.Directory.PoolOf(function);
        await _member.Directory.WaitForAsync(
            _ => Pool.Status.Workers.Count(one => one.State == WorkerState.Ready) == Workers ? "all" : null,
            CancellationToken.None);
        return this;
    }

    public static ClusterSettings Settings(string file, string name) =>
        new(new ClusterAddress.Local(file), name, TimeProvider.System) { Secret = 7 };

    /// <summary>The votes of one certificate's estimation.</summary>
    public Task<VoteCounts> VoteAsync(long image, long samples)
    {
        byte[] levels = new byte[Shape.Aggregate(1, (size, dimension) => size * dimension)];
        BitConverter.TryWriteBytes(levels, image);
        return new RemoteVoter(Pool, .5m).VoteAsync(
            new(new GridInput(levels, Shape), new((ulong)image, 1), new(0, samples)), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_member is not null) await _member.DisposeAsync();
        foreach (Process worker in _workers)
        {
            worker.StandardInput.Close();
            worker.WaitForExit();
            worker.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
