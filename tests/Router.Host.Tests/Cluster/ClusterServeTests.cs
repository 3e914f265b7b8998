using System.Net;
using Router.Data;
using Router.Experts.Loading;
using Router.Host.Tests.Serving;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>A daemon without a cluster: what it answers is what gateways should.</summary>
public sealed class SingleDaemon : IAsyncLifetime
{
    private readonly ClusterPrograms _programs = new();

    internal ClusterProgram Program { get; private set; } = null!;

    internal HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (Program, Client) = await _programs.ServeAsync([]);
        await Program.LineWithAsync("ready after");
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        _programs.Dispose();
        return default;
    }
}

/// <summary>
/// Daemons as gateways, real processes: what they answer is what one process answers, letter by letter.
/// </summary>
public sealed class ClusterServeTests(SingleDaemon single) : IClassFixture<SingleDaemon>, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly ClusterPrograms _programs = new();
    private readonly List<HttpClient> _clients = [];

    public void Dispose()
    {
        foreach (HttpClient client in _clients) client.Dispose();
        _programs.Dispose();
    }

    private string[] OfCluster => ["--cluster", _programs.Cluster];

    private async Task<(ClusterProgram Program, HttpClient Client)> ServeAsync(string[] more, int batch = 32)
    {
        (ClusterProgram program, HttpClient client) = await _programs.ServeAsync(more, batch);
        _clients.Add(client);
        return (program, client);
    }

    private static async Task<HttpStatusCode> ReadyAsync(HttpClient client) =>
        (await client.GetAsync("/v2/health/ready")).StatusCode;

    private static async Task UntilReadyIsAsync(HttpStatusCode status, HttpClient client, ClusterProgram program)
    {
        while (await ReadyAsync(client) != status)
        {
            Assert.False(program.HasEnded, program.Text);
            await Task.Delay(Look);
        }
    }

    private static async Task UntilMembersAreAsync(int count, HttpClient client, ClusterProgram program)
    {
        while (!(await client.GetStringAsync("/metrics")).Contains(
            $"\ndualrs_cluster_members {count}\n", StringComparison.Ordinal))
        {
            Assert.False(program.HasEnded, program.Text);
            await Task.Delay(Look);
        }
    }

    private static HttpRequestMessage Ask(int estimation, int image = 500) =>
        Ask(Shapes10.Open(Shapes10Split.Test).Read(image).Image.ToInput().Levels.ToArray(), estimation);

    private static HttpRequestMessage Ask(byte[] levels, int estimation) =>
        new(HttpMethod.Post, "/v1/certify?record=true")
        {
            Content = RunningDaemon.Text(InferBodies.Bytes(
                levels, "3,32,32", $"\"seed\":5,\"estimation\":{estimation}")),
        };

    private static async Task<string> AnswerAsync(HttpClient client, int image = 500)
    {
        HttpResponseMessage answer = await client.SendAsync(Ask(600, image));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        Assert.Contains("\"record\"", text, StringComparison.Ordinal);
        return text;
    }

    [Fact]
    public async Task Two_gateways_answer_as_one_process_and_are_ready_while_there_are_workers()
    {
        (ClusterProgram first, HttpClient one) = await ServeAsync(OfCluster);
        (ClusterProgram second, HttpClient other) = await ServeAsync(OfCluster);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(one));
        await first.LineWithAsync("waiting for workers");
        ClusterProgram worker = _programs.StartWorker();
        await first.LineWithAsync("ready after");
        await second.LineWithAsync("ready after");
        await UntilReadyIsAsync(HttpStatusCode.OK, one, first);
        await UntilReadyIsAsync(HttpStatusCode.OK, other, second);
        string[] drawn = await Task.WhenAll(AnswerAsync(one), AnswerAsync(other));
        string expected = await AnswerAsync(single.Client);
        Assert.All(drawn, answer => Assert.Equal(expected, answer));
        Assert.Equal((true, true, false, false), (
            first.HasLoaded("/Orleans.Runtime.dll"), worker.HasLoaded("/libtorch_cpu"),
            single.Program.HasLoaded("/Orleans.Runtime.dll"), first.HasLoaded("/libtorch_cpu")));
        await worker.SignalAsync("TERM");
        await UntilReadyIsAsync(HttpStatusCode.ServiceUnavailable, one, first);
        await first.SignalAsync("TERM");
        Assert.Equal(0, await first.ExitCodeAsync());
    }

    [Fact]
    public async Task A_gateway_says_that_redis_is_away_goes_on_and_asks_who_joins_once_it_is_back()
    {
        using RedisServer redis = RedisServer.Start(_programs.Folder);
        _programs.Cluster = redis.Address;
        ClusterProgram first = await _programs.WorkerAsync();
        (ClusterProgram gateway, HttpClient client) = await ServeAsync(OfCluster);
        await gateway.LineWithAsync("ready after");
        redis.Stop();
        await gateway.LineWithAsync($"{redis.Address} cannot be read, and nobody can join: ");
        string drawn = await AnswerAsync(client);
        redis.StartAgain();
        await gateway.LineWithAsync($"{redis.Address} has this member");
        await _programs.WorkerAsync();
        await UntilMembersAreAsync(3, client, gateway);
        await first.SignalAsync("TERM");
        Assert.Equal(0, await first.ExitCodeAsync());
        await UntilMembersAreAsync(2, client, gateway);
        string after = await AnswerAsync(client, image: 1000);
        Assert.Equal((await AnswerAsync(single.Client), await AnswerAsync(single.Client, image: 1000)), (drawn, after));
    }

    [Fact]
    public async Task A_worker_that_thaws_after_it_was_declared_dead_says_so_and_ends_with_1()
    {
        ClusterProgram frozen = _programs.StartWorker(), other = _programs.StartWorker();
        (ClusterProgram gateway, HttpClient client) = await ServeAsync(OfCluster);
        await Task.WhenAll(
            frozen.LineWithAsync("votes in the cluster"), other.LineWithAsync("votes in the cluster"));
        await UntilMembersAreAsync(3, client, gateway);
        await frozen.SignalAsync("STOP");
        await UntilMembersAreAsync(2, client, gateway);
        await frozen.SignalAsync("CONT");
        Assert.Equal(1, await frozen.ExitCodeAsync());
        Assert.Contains("this worker is no member any more, start it again: ", frozen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_is_that_of_one_process_when_a_worker_is_killed_on_the_way()
    {
        ClusterProgram killed = _programs.StartWorker(), other = _programs.StartWorker();
        (ClusterProgram gateway, HttpClient client) = await ServeAsync(OfCluster);
        await killed.LineWithAsync("votes in the cluster");
        await other.LineWithAsync("votes in the cluster");
        await gateway.LineWithAsync("ready after");
        string drawn = await StreamAsync(client, () => killed.SignalAsync("KILL"));
        Assert.Equal(await StreamAsync(single.Client, () => Task.CompletedTask), drawn);
        Assert.Contains("event: end", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_workers_die_of_is_refused_before_it_has_killed_all_of_them()
    {
        ClusterProgram[] workers = [.. Enumerable.Range(0, 3).Select(_ => _programs.StartWrongWorker("deadly"))];
        (ClusterProgram gateway, HttpClient client) = await ServeAsync(OfCluster);
        foreach (ClusterProgram worker in workers) await worker.LineWithAsync("votes in the cluster");
        await gateway.LineWithAsync("ready after");
        HttpResponseMessage refused = await client.SendAsync(Ask(new byte[3 * 32 * 32], 600));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await gateway.LineWithAsync("2 workers died with it");
        Assert.Equal(2, workers.Count(worker => worker.HasEnded));
        string drawn = await AnswerAsync(client);
        Assert.Equal(await AnswerAsync(single.Client), drawn);
    }

    private static async Task<string> StreamAsync(HttpClient client, Func<Task> onFirst)
    {
        using HttpRequestMessage request = Ask(4000);
        request.Headers.Accept.ParseAdd("text/event-stream");
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader reader = new(await answer.Content.ReadAsStreamAsync());
        string first = $"{await reader.ReadLineAsync()}\n";
        await onFirst();
        return first + await reader.ReadToEndAsync();
    }

    [Fact]
    public async Task Workers_of_another_function_are_asked_once_they_have_become_more()
    {
        ClusterProgram old = _programs.StartWorker();
        (ClusterProgram gateway, HttpClient client) = await ServeAsync(OfCluster);
        await gateway.LineWithAsync("ready after");
        string before = await AnswerAsync(client);
        // Another batch is another function, as another build is.
        _programs.StartWorker(batch: 16);
        _programs.StartWorker(batch: 16);
        await gateway.LineWithAsync("registry epoch 2 is served");
        await old.SignalAsync("KILL");
        string after = await AnswerAsync(client);
        Assert.NotEqual(before, after);
        (ClusterProgram alone, HttpClient other) = await ServeAsync([], batch: 16);
        await alone.LineWithAsync("ready after");
        // But for the epoch.
        Assert.Equal(
            await AnswerAsync(other),
            after.Replace("\"model_version\":\"2\"", "\"model_version\":\"1\"", StringComparison.Ordinal));
    }
}
