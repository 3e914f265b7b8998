using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Router.Cluster.Silos;
using Router.Host.Cli;
using Spectre.Console;

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
        return new("cluster", "Looks at a cluster of workers.") { status };
    }

    private static async Task<int> ShowAsync(
        ClusterSettings settings, bool asJson, Surroundings surroundings, CancellationToken cancellationToken)
    {
        await using ClusterHost member = await ClusterHost.JoinAsync(settings, [], cancellationToken);
        ImmutableArray<Member> members = await AllAsync(member.Directory, surroundings.Clock, cancellationToken);
        Member[] workers = [.. members.Where(one => one.Description is not { Functions.IsEmpty: true })];
        if (asJson)
        {
            surroundings.Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(new
            {
                Cluster = settings.Address.ToString(),
                Workers = workers.Select(Shown),
                Others = members.Length - workers.Length,
            }, Json));
            return ExitCode.Done;
        }
        Table table = new Table { Border = TableBorder.Simple }.AddColumns(
            "worker", "network", "σ", "device", "batch", "function", "ranges", "");
        foreach (Member worker in workers)
            if (worker.Description is not { } said)
                table.AddRow(Markup.Escape(worker.Id), "", "", "", "", "", "", "does not answer");
            else
                foreach (FunctionDescription function in said.Functions)
                    table.AddRow(
                        Markup.Escape(said.Name), Markup.Escape(function.Network), $"{function.Sigma}",
                        Markup.Escape(function.Device), $"{function.BatchSize}", function.Function[..12],
                        $"{said.Inside}", said.IsDraining ? "drains" : "");
        surroundings.Out.Write(table);
        return ExitCode.Done;
    }

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
        }),
        worker.Description?.Versions,
    };
}
