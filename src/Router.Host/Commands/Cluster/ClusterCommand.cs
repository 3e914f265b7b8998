using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Router.Cluster.Silos;
using Router.Host.Cli;

namespace Router.Host.Commands.Cluster;

/// <summary><c>dualrs cluster</c>: looks at a cluster.</summary>
internal static class ClusterCommand
{
    private const int PatienceSeconds = 10;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static Command Create(Surroundings surroundings)
    {
        Command status = new("status", "Which workers a cluster has, and what they vote as.");
        ClusterOption cluster = new(status, "The cluster (default: local)");
        Option<bool> json = status.Option<bool>("--json", "As a JSON document.");
        status.SetAction((parsed, cancellationToken) => ShowAsync(
            cluster.Read(parsed, "status", surroundings), parsed.GetValue(json), surroundings, cancellationToken));
        return new Command("cluster", "Looks at a cluster of workers.") { status }.ShowsHelp();
    }

    private static async Task<int> ShowAsync(
        ClusterSettings settings, bool asJson, Surroundings surroundings, CancellationToken cancellationToken)
    {
        await using ClusterHost member = await ClusterHost.JoinAsync(settings, [], cancellationToken);
        ImmutableArray<Member> members = await AllAsync(member.Directory, surroundings.Clock, cancellationToken);
        Member[] workers = [.. members.Where(one => one.Description is not { Functions.IsEmpty: true })];
        if (asJson)
        {
            surroundings.Out.Print(JsonSerializer.Serialize(new
            {
                Cluster = settings.Address.ToString(),
                Workers = workers.Select(Shown),
                Pools = PoolsOf(workers),
                Others = members.Length - workers.Length,
            }, Json));
            return ExitCode.Done;
        }
        TextTable table = new(
            TextColumn.Whole("worker"), TextColumn.Whole("network"), TextColumn.Number("σ"),
            TextColumn.Whole("device"), TextColumn.Whole("function"), TextColumn.Number("ranges"),
            TextColumn.Number("votes/s"), TextColumn.Words(""));
        foreach (Member worker in workers)
            if (worker.Description is not { } said)
                table.Add(worker.Id, "", "", "", "", "", "", "does not answer");
            else
                foreach (FunctionDescription function in said.Functions)
                    table.Add(
                        said.Name, function.Network, $"{function.Sigma}", function.Device, Short(function.Function),
                        $"{function.Inside}", $"{function.VotesPerSecond:0}", said.IsDraining ? "drains" : "");
        table.Write(surroundings.Out);
        TextTable pools = new(
            TextColumn.Whole("pool"), TextColumn.Whole("network"), TextColumn.Number("workers"),
            TextColumn.Number("lanes"), TextColumn.Number("ranges"), TextColumn.Number("votes/s"));
        foreach (Pool pool in PoolsOf(workers))
            pools.Add(
                Short(pool.Function), pool.Network, $"{pool.Workers}", $"{pool.Lanes}", $"{pool.Ranges}",
                $"{pool.VotesPerSecond:0}");
        pools.Write(surroundings.Out);
        return ExitCode.Done;
    }

    // Who knows what a member calls a function.
    private static string Short(string function) => function.Length > 12 ? function[..12] : function;

    // Those who do not answer are shown too, after a while.
    private static async Task<ImmutableArray<Member>> AllAsync(
        WorkerDirectory directory, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await directory.WaitForAsync(
                members => members.All(one => one.Description is not null) ? "all" : null, cancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(PatienceSeconds), clock, cancellationToken);
        }
        catch (TimeoutException)
        {
        }
        return directory.Members;
    }

    private static object Shown(Member worker) => new
    {
        worker.Id,
        worker.Description?.Name,
        Ranges = worker.Description?.Inside,
        worker.Description?.IsDraining,
        worker.Fault,
        Networks = worker.Description?.Functions.Select(function => new
        {
            Id = function.Network, function.Function, function.Sigma, function.Theta, function.Outcomes,
            Image = function.ImageShape, function.BatchSize, function.Device, function.Lanes,
            Ranges = function.Inside, function.VotesPerSecond,
        }),
        worker.Description?.Versions,
    };

    // Workers that drain are asked no more.
    private static Pool[] PoolsOf(IEnumerable<Member> workers) =>
    [
        .. workers.Where(worker => worker.Description is { IsDraining: false })
            .SelectMany(worker => worker.Description!.Functions)
            .GroupBy(function => function.Function, StringComparer.Ordinal)
            .Select(alike => new Pool(
                alike.Key, alike.First().Network, alike.Count(), alike.Sum(one => one.Lanes),
                alike.Sum(one => one.Inside), alike.Sum(one => one.VotesPerSecond)))
            .OrderBy(pool => pool.Network, StringComparer.Ordinal).ThenByDescending(pool => pool.Lanes),
    ];

    /// <summary>The workers of one function together.</summary>
    private sealed record Pool(
        string Function, string Network, int Workers, int Lanes, int Ranges, double VotesPerSecond);
}
