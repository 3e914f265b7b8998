using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Router.Experts.Cards;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Host.Tests.Serving.Resilience;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Networks of a daemon that come and go, with the bundled models.</summary>
public sealed class ResidencyTests : IDisposable
{
    private const string Sampling = "\"estimation\":100,\"selection\":10,\"seed\":7";
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-serving-");
    private readonly ServingLimits _limits = new();
    private int _reloads;

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static string Weights(string name) => Path.Combine(Reference.Root, "models", "cifar10", name);

    // The bundled registry with other words in it; the checkpoint of s025 lies in the folder, to be changed.
    private void Write(params (string Passage, string Replacement)[] changes)
    {
        string yaml = Reference.RoutedRegistry;
        File.Copy(Weights("noise_0.25.safetensors"), In("s025.safetensors"), overwrite: true);
        foreach ((string passage, string replacement) in ((string, string)[])
            [(Weights("noise_0.25.safetensors"), In("s025.safetensors")), .. changes])
        {
            Assert.Contains(passage, yaml, StringComparison.Ordinal);
            yaml = yaml.Replace(passage, replacement, StringComparison.Ordinal);
        }
        File.WriteAllText(In("experts.yaml"), yaml);
    }

    private async Task<ServedModel> OpenAsync(int epoch, CancellationToken cancellationToken)
    {
        Surroundings surroundings = Surroundings.OfProcess() with { WorkingFolder = _folder.FullName };
        Deployment deployed = await Deployment.OpenAsync(new(In("experts.yaml"), Threads: 1, Batch: 16, Probe: false),
            expert: null, surroundings, cancellationToken);
        return ServedModel.Of(deployed, _limits, key: null, surroundings, Secret, epoch, new(
            new() { RetryDelay = TimeSpan.FromMilliseconds(1), FaultsToOpen = 50 }, TimeProvider.System,
            NullLogger.Instance, _ => Interlocked.Increment(ref _reloads), new BatchCap(asked: null)));
    }

    private async Task<RunningDaemon> ServeAsync(RegistryChanges? changes = null)
    {
        RunningDaemon daemon = await RunningDaemon.StartAsync(_limits, OpenAsync, keys: null, changes);
        await daemon.Log.Of(2);
        return daemon;
    }

    private static string Image(int pattern, string parameters = Sampling) =>
        InferBodies.Bytes(ProbePatterns.Levels(pattern), "3,32,32", parameters);

    private static Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(RunningDaemon daemon, string model) =>
        daemon.PostAsync(Image(1), $"/v2/models/{model}/infer");

    private static Task<(HttpStatusCode Status, JsonNode Body)> TellAsync(
        RunningDaemon daemon, string model, string action, string body = "") =>
        daemon.PostAsync(body, $"/v2/repository/models/{model}/{action}");

    private static async Task<(string State, string Reason)> StateAsync(RunningDaemon daemon, string model)
    {
        JsonNode index = (await daemon.PostAsync("", "/v2/repository/index")).Body;
        JsonNode entry = index.AsArray().Single(one => (string?)one!["name"] == model)!;
        return ((string)entry["state"]!, (string)entry["reason"]!);
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningDaemon daemon, string address) =>
        (await daemon.GetAsync(address)).Status;

    [Fact]
    public async Task An_unloaded_expert_is_unavailable_until_it_is_loaded_and_answers_then_as_before()
    {
        Write();
        await using RunningDaemon daemon = await ServeAsync();
        (HttpStatusCode status, JsonNode before) = await AskAsync(daemon, "s025");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("READY", ""), await StateAsync(daemon, "s025"));

        foreach (string _ in (string[])["first", "again"])
        {
            (status, JsonNode told) = await TellAsync(
                daemon, "s025", "unload", """{"parameters":{"unload_dependents":true}}""");
            Assert.Equal((HttpStatusCode.OK, "UNAVAILABLE"), (status, (string?)told["state"]));
        }
        Assert.Equal(("UNAVAILABLE", "it was unloaded on request and is not asked until it is loaded"),
            await StateAsync(daemon, "s025"));
        Assert.Equal(("UNAVAILABLE", "s025 is unloaded on request"), await StateAsync(daemon, "dualrs"));
        Assert.Equal(("READY", ""), await StateAsync(daemon, "s050"));
        Assert.Equal(["router", "s012", "s050", "s100"], (await daemon.PostAsync(
            """{"ready":true}""", "/v2/repository/index")).Body.AsArray().Select(one => (string?)one!["name"]));
        foreach (string address in (string[])["/v2/models/s025/ready", "/v2/models/dualrs/ready", "/v2/health/ready"])
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(daemon, address));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(daemon, "/v2/models/s050/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(daemon, "/v2/health/live"));

        // However often it is asked: that is no fault of it, and nothing is loaded again for it.
        for (int turn = 0; turn < 60; turn++)
        {
            (status, JsonNode refused) = await AskAsync(daemon, "s025");
            Assert.Equal(
                (HttpStatusCode.ServiceUnavailable,
                    "s025 cannot answer: it was unloaded on request: it is asked again once somebody loads it"),
                (status, (string?)refused["error"]));
        }
        Assert.Equal(0, _reloads);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, "s050")).Status);

        (status, JsonNode loaded) = await TellAsync(daemon, "s025", "load");
        Assert.Equal((HttpStatusCode.OK, """{"name":"s025","version":"1","state":"READY","reason":""}"""),
            (status, loaded.ToJsonString()));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(daemon, "/v2/health/ready"));
        Assert.Equal(before.ToJsonString(), (await AskAsync(daemon, "s025")).Body.ToJsonString());
        Assert.Contains("s025", await daemon.Log.Of(51), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_others_may_go_on_for_an_unloaded_expert_the_daemon_stays_ready_but_not_without_its_router()
    {
        Write(("failover: refuse", "failover: { kind: reroute, failureProbability: 0.0002 }"));
        await using RunningDaemon daemon = await ServeAsync();
        (_, JsonNode whole) = await AskAsync(daemon, "dualrs");
        string route = Output(whole, "route");
        await TellAsync(daemon, route, "unload");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(daemon, "/v2/health/ready"));
        (HttpStatusCode status, JsonNode rest) = await AskAsync(daemon, "dualrs");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain(route, Output(rest, "mix").Split(','));
        await TellAsync(daemon, "router", "unload");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(daemon, "/v2/health/ready"));
        Assert.StartsWith("router cannot answer: it was unloaded",
            (string?)(await AskAsync(daemon, "dualrs")).Body["error"], StringComparison.Ordinal);

        // The whole is loaded by loading all of it.
        Assert.Equal("READY", (string?)(await TellAsync(daemon, "dualrs", "load")).Body["state"]);
        Assert.Equal(whole.ToJsonString(), (await AskAsync(daemon, "dualrs")).Body.ToJsonString());

        static string Output(JsonNode answer, string name) =>
            (string)answer["outputs"]!.AsArray().Single(output => (string?)output!["name"] == name)!["data"]![0]!;
    }

    [Fact]
    public async Task Where_one_expert_is_unloaded_and_another_left_alone_nobody_goes_on_for_both()
    {
        Write(("failover: refuse", "failover: { kind: reroute, failureProbability: 0.0002 }"));
        await using ServedModel model = await OpenAsync(epoch: 1, CancellationToken.None);
        await model.NetworkOf("s050")!.WithdrawAsync();
        Assert.Null(model.Impediment);
        FaultyVoter broken = new("s100", outcome: 0) { Fault = VoterFault.WrongShape };
        IVoter behind = model.Circuits!.Of("s100", broken, () => TimeSpan.Zero, () => { });
        while (model.Circuits.Open.IsEmpty)
            await Assert.ThrowsAsync<VoterUnavailableException>(() => behind.VoteAsync(
                new(new(new byte[] { 7 }, 1, 1, 1), new(1, 1), new(0, 10)), CancellationToken.None));
        Assert.Equal(
            "s100 failed repeatedly and is left alone for a while; s050 is unloaded on request", model.Impediment);
    }

    [Fact]
    public async Task What_cannot_be_asked_of_networks_is_refused_with_the_reason()
    {
        Write();
        await using RunningDaemon daemon = await ServeAsync();
        (HttpStatusCode status, JsonNode refused) = await TellAsync(daemon, "dualrs", "unload");
        Assert.Equal((HttpStatusCode.BadRequest, "dualrs cannot be unloaded: it is what its networks answer together; "
            + "unload one of them, or stop the server"), (status, (string?)refused["error"]));
        (status, refused) = await TellAsync(daemon, "s025", "load", """{"parameters":{"config":"{}"}}""");
        Assert.Equal((HttpStatusCode.BadRequest,
            "load takes no parameter 'config': accepted are none, the registry says what a network is"),
            (status, (string?)refused["error"]));
        Assert.Equal(HttpStatusCode.BadRequest, (await TellAsync(daemon, "s025", "unload", "[]")).Status);
        Assert.Equal(("READY", ""), await StateAsync(daemon, "s025"));
    }

    [Fact]
    public async Task Lazy_networks_are_ready_before_they_are_loaded_and_answer_as_those_that_were()
    {
        Write();
        JsonNode[] expected;
        await using (RunningDaemon atStart = await ServeAsync())
            expected = await AllAsync(atStart);
        Write(("input: standardize,\n", "input: standardize, load: lazy,\n"), ("  input: standardize\n",
            "  input: standardize\n  load: pinned\n"), ("devices: auto", "devices: { memory: 12MiB }"));
        await using RunningDaemon lazy = await ServeAsync();
        Assert.Equal(("READY", "it is loaded when it is asked"), await StateAsync(lazy, "s025"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(lazy, "/v2/models/s025/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(lazy, "/v2/health/ready"));
        Assert.Equal(("READY", ""), await StateAsync(lazy, "router"));
        Assert.Equal(expected.Select(answer => answer.ToJsonString()),
            (await AllAsync(lazy)).Select(answer => answer.ToJsonString()));
        // There is no room for all of them.
        Assert.Contains(await Task.WhenAll(((string[])["s012", "s025", "s050", "s100"])
            .Select(id => StateAsync(lazy, id))), state => state.Reason.Length > 0);

        static async Task<JsonNode[]> AllAsync(RunningDaemon daemon) => await Task.WhenAll(
            from model in (string[])["dualrs", "router", "s012", "s025", "s050", "s100"]
            from pattern in Enumerable.Range(0, 3)
            select AnswerAsync(daemon, model, pattern));

        static async Task<JsonNode> AnswerAsync(RunningDaemon daemon, string model, int pattern)
        {
            (HttpStatusCode status, JsonNode body) = await daemon.PostAsync(
                Image(pattern, model == "router" ? "\"estimation\":100,\"seed\":7" : Sampling),
                $"/v2/models/{model}/infer");
            Assert.Equal(HttpStatusCode.OK, status);
            return body;
        }
    }

    [Fact]
    public async Task While_an_expert_comes_and_goes_every_answer_is_the_right_one_or_says_that_it_is_gone()
    {
        Write();
        await using RunningDaemon daemon = await ServeAsync();
        string expected = (await AskAsync(daemon, "s025")).Body.ToJsonString();
        using CancellationTokenSource enough = new();
        Task<int[]>[] callers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            int answered = 0, refused = 0;
            while (!enough.IsCancellationRequested)
            {
                (HttpStatusCode status, JsonNode body) = await AskAsync(daemon, "s025");
                if (status == HttpStatusCode.OK) Assert.Equal((expected, ++answered), (body.ToJsonString(), answered));
                else Assert.Equal((HttpStatusCode.ServiceUnavailable, true, ++refused),
                    (status, ((string)body["error"]!)
                    .StartsWith("s025 cannot answer: it was unloaded", StringComparison.Ordinal), refused));
            }
            return (int[])[answered, refused];
        }))];
        for (int turn = 0; turn < 10; turn++)
        {
            Assert.Equal("UNAVAILABLE", (string?)(await TellAsync(daemon, "s025", "unload")).Body["state"]);
            Assert.Equal(HttpStatusCode.OK, (await TellAsync(daemon, "s025", "load")).Status);
            Assert.Equal(expected, (await AskAsync(daemon, "s025")).Body.ToJsonString());
        }
        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(callers), counts => Assert.True(counts[0] > 0));
        Assert.Equal(0, _reloads);
    }

    [Fact]
    public async Task A_checkpoint_that_changed_is_refused_and_the_others_go_on()
    {
        Write();
        await using RunningDaemon daemon = await ServeAsync();
        string before = (await AskAsync(daemon, "s025")).Body.ToJsonString();
        await TellAsync(daemon, "s025", "unload");
        File.Copy(Weights("noise_0.50.safetensors"), In("s025.safetensors"), overwrite: true);
        (HttpStatusCode status, JsonNode refused) = await TellAsync(daemon, "s025", "load");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith(
            "s025 is not loaded: it could not be loaded: s025.safetensors is another file than when",
            (string?)refused["error"], StringComparison.Ordinal);
        (string state, string reason) = await StateAsync(daemon, "s025");
        Assert.Equal("UNAVAILABLE", state);
        Assert.Contains("it is tried again when it is asked", reason, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(daemon, "s025")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, "s100")).Status);
        File.Copy(Weights("noise_0.25.safetensors"), In("s025.safetensors"), overwrite: true);
        Assert.Equal(before, (await AskAsync(daemon, "s025")).Body.ToJsonString());
        Assert.Contains("s025", await daemon.Log.Of(52), StringComparison.Ordinal);
        string metrics = await daemon.Client.GetStringAsync("/metrics");
        foreach (string outcome in (string[])["loaded", "failed"])
            Assert.Contains($"dualrs_network_loads_total{{network=\"s025\",device=\"cpu\",outcome=\"{outcome}\"}}",
                metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/data/my nets/a.pt is damaged\n  at c10::Error (/opt/torch/lib/libc10.so)", "a.pt is damaged")]
    [InlineData("Could not find file '/data/other/b.pt'.\r\nmore", "Could not find file 'b.pt'.")]
    [InlineData("open(C:\\nets\\c.pt, and/or 1/2)", "open(c.pt, and/or 1/2)")]
    [InlineData("see https://pytorch.org/docs", "see https://pytorch.org/docs")]
    public void Callers_are_told_the_first_line_of_a_fault_without_the_folders_of_this_machine(
        string fault, string told) => Assert.Equal(told, LocalFault.Outwards(fault, ["/data/my nets/a.pt"]));

    [Fact]
    public async Task A_registry_that_is_loaded_again_starts_afresh()
    {
        Write();
        using RegistryChanges changes = new(In("experts.yaml"), new ManualClock(), TimeSpan.FromSeconds(1));
        await using RunningDaemon daemon = await ServeAsync(changes);
        await TellAsync(daemon, "s025", "unload");
        changes.Ask("a test");
        await daemon.Log.Of(6);
        Assert.Equal(("READY", ""), await StateAsync(daemon, "s025"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, "s025")).Status);
    }
}
