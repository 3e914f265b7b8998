using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Router.Cluster;
using Router.Cluster.Silos;
using Router.Cluster.Telemetry;
using Router.Host.Tests.Cli;
using Router.Host.Tests.Serving;
using Router.Host.Tests.Serving.Tracing;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>A worker as a user starts it, and what it tells of itself.</summary>
public sealed partial class WorkerProcessTests : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-worker-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_request_is_one_trace_on_both_sides_and_the_worker_counts_it()
    {
        string members = Path.Combine(_folder, "members.json");
        await using Collector collector = await Collector.StartAsync();
        using ServeProcess worker = ServeProcess.StartCommand(
            "worker", "--cluster", $"local:{members}", "--registry",
            Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"), "--experts", "s050", "--threads", "1",
            "--no-probe", "--health-urls", "http://127.0.0.1:0", "--otlp",
            collector.Settings.Collector.AbsoluteUri);
        string listening = await worker.LineWithAsync("listening at");
        using HttpClient client = new() { BaseAddress = new(Url().Match(listening).Value) };
        await worker.LineWithAsync("votes in the cluster");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v2/health/ready")).StatusCode);
        ActivityTraceId trace;
        await using (ClusterHost gateway = await ClusterHost.JoinAsync(
            new(new ClusterAddress.Local(members), "gateway", TimeProvider.System) { Secret = 4 }, [], Never))
        {
            FunctionDescription function = await gateway.Directory.WaitForAsync(
                seen => seen.SelectMany(one => one.Description?.Functions ?? []).FirstOrDefault(), Never)
                .WaitAsync(RunningDaemon.Patience);
            using ActivitySource source = new("Router.Host.Tests.Cluster");
            using ActivityListener listener = new()
            {
                ShouldListenTo = one => one == source || one.Name == ClusterSpans.SourceName,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            };
            ActivitySource.AddActivityListener(listener);
            using Activity request = source.StartActivity("request", ActivityKind.Server, parentContext: default)!;
            trace = request.TraceId;
            GridInput input = new(new byte[function.ImageShape.Aggregate(1, (a, b) => a * b)], function.ImageShape);
            await new RemoteVoter(gateway.Directory.PoolOf(function), function.Sigma)
                .VoteAsync(new(input, new(9, 2), new(0, 64)), Never).WaitAsync(RunningDaemon.Patience);
        }
        string metrics = await client.GetStringAsync("/metrics");
        Assert.Contains(
            """dualrs_worker_ranges_total{network="s050",outcome="voted"} """, metrics, StringComparison.Ordinal);
        Assert.Contains("dualrs_cluster_membership_state 0\n", metrics, StringComparison.Ordinal);
        Outcome status = await new Shell().RunAsync("cluster", "status", "--cluster", $"local:{members}", "--json");
        JsonNode pool = Assert.Single(JsonNode.Parse(status.Out)!["pools"]!.AsArray())!;
        Assert.Equal(("s050", 1, 1, 0), (
            (string)pool["network"]!, (int)pool["workers"]!, (int)pool["lanes"]!, (int)pool["ranges"]!));
        Assert.True((double)pool["votesPerSecond"]! >= 1, status.Out);
        Outcome table = await new Shell { Columns = 80 }.RunAsync("cluster", "status", "--cluster", $"local:{members}");
        Assert.Matches(
            "pool +network +workers +lanes +ranges +votes/s\n[0-9a-f]{12} +s050 +1 +1 +0 +[0-9]+", table.Out);
        Assert.All(table.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
        await worker.SignalAsync("TERM");
        Assert.Equal(0, await worker.ExitCodeAsync());
        SentSpan[] votes = [.. collector.Spans.Where(span => span.Trace == trace.ToHexString())];
        Assert.NotEmpty(votes);
        Assert.All(votes, vote => Assert.Equal(
            ("vote", "s050", "voted", "dualrs-worker"),
            (vote.Name, vote.Attributes["dualrs.network"], vote.Attributes["dualrs.outcome"],
                vote.Resource["service.name"])));
        Assert.Contains("dualrs_worker_samples_total", collector.Metrics.Keys);
    }

    [GeneratedRegex("http://[0-9.:]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();
}
