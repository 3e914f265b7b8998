using System.Net;
using System.Text.Json.Nodes;
using Grpc.Core;
using Inference;
using Microsoft.Extensions.Logging.Abstractions;
using Router.Experts.Cards;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Cli;
using Router.Host.Tests.Serving.Grpc;
using Router.Smoothing.Records;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>An expert of which the registry has two checkpoints, a version each.</summary>
public sealed class VersionTests : IAsyncLifetime
{
    private const string Sampling = "\"estimation\":100,\"selection\":10,\"seed\":7";
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-versions-");
    private readonly ServingLimits _limits = new();
    private RunningDaemon? _daemon;

    private RunningDaemon Daemon => _daemon!;

    private string RegistryPath => Path.Combine(_folder.FullName, "experts.yaml");

    public async ValueTask InitializeAsync()
    {
        string Weights(string name) => Path.Combine(Reference.Root, "models", "cifar10", $"{name}.safetensors");
        string Expert(string id, string sigma, string rest) =>
            $"  - {{ id: {id}, sigma: {sigma}, architecture: cifar_resnet20, input: standardize, {rest} }}";
        await File.WriteAllLinesAsync(RegistryPath,
        [
            "dataset: cifar10",
            "routing: { kind: cascade }",
            "experts:",
            Expert("s025", "0.25", $"versions: {{ 1: {{ checkpoint: {Weights("noise_0.25")} }}, "
                + $"2: {{ checkpoint: {Weights("consistency_0.25")}, pass: 0.35 }} }}"),
            Expert("s100", "1.00", $"checkpoint: {Weights("noise_1.00")}"),
        ]);
        _daemon = await RunningDaemon.StartAsync(_limits, OpenAsync, grpc: true);
        await _daemon.Log.Of(2);
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // With circuits, as a daemon has them.
    private async Task<ServedModel> OpenAsync(int epoch, CancellationToken cancellationToken)
    {
        Surroundings surroundings = Surroundings.OfProcess() with { WorkingFolder = _folder.FullName };
        Deployment deployed = await Deployment.OpenAsync(
            new(RegistryPath, Threads: 1, Batch: 16, Probe: false) { Versions = true }, expert: null, surroundings,
            cancellationToken);
        return ServedModel.Of(deployed, _limits, key: null, surroundings, Secret, epoch, new(
            new(), TimeProvider.System, NullLogger.Instance, _ => { }, new BatchCap(asked: null)));
    }

    private static string Image() => InferBodies.Bytes(ProbePatterns.Levels(1), "3,32,32", Sampling);

    private async Task<JsonNode> AnswerAsync(string address)
    {
        string body = Image()[..^1] + ""","outputs":[{"name":"class"},{"name":"record"}]}""";
        (HttpStatusCode status, JsonNode answer) = await Daemon.PostAsync(body, address);
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    private static string Function(JsonNode answer, string id) => (string)answer["parameters"]![$"function.{id}"]!;

    [Fact]
    public async Task Each_version_answers_under_its_number_and_its_certificate_names_its_own_function()
    {
        JsonNode first = await AnswerAsync("/v2/models/s025/versions/1/infer"),
            second = await AnswerAsync("/v2/models/s025/versions/2/infer"),
            plain = await AnswerAsync("/v2/models/s025/infer");
        Assert.Equal(("s025", "1"), ((string?)first["model_name"], (string?)first["model_version"]));
        Assert.Equal(("s025", "2"), ((string?)second["model_name"], (string?)second["model_version"]));
        Assert.NotEqual(Function(first, "s025:1"), Function(second, "s025"));
        // Without a number the latest is asked, which is also the one of the cascade.
        Assert.Equal(second.ToJsonString(), plain.ToJsonString());
        Assert.Equal(Function(second, "s025"), Function(await AnswerAsync(RunningDaemon.Infer), "s025"));

        foreach ((JsonNode answer, string id) in ((JsonNode, string)[])[(first, "s025:1"), (second, "s025")])
        {
            string text = (string)answer["outputs"]![1]!["data"]![0]!;
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(text));
            JsonNode member = JsonNode.Parse(text)!["routing"]!["mix"]!.AsArray().Single()!;
            Assert.Equal((id, Function(answer, id)), ((string?)member["id"], (string?)member["function"]));
        }
    }

    [Fact]
    public async Task Metadata_names_all_versions_and_the_configuration_is_of_the_one_that_is_asked()
    {
        foreach (string address in (string[])["/v2/models/s025", "/v2/models/s025/versions/1"])
            Assert.Equal("""["1","2"]""", (await Daemon.GetAsync(address)).Body["versions"]!.ToJsonString());
        Assert.Equal("""["1"]""", (await Daemon.GetAsync("/v2/models/s100")).Body["versions"]!.ToJsonString());
        JsonNode first = (await Daemon.GetAsync("/v2/models/s025/versions/1/config")).Body["parameters"]!,
            second = (await Daemon.GetAsync("/v2/models/s025/config")).Body["parameters"]!;
        Assert.Equal((true, false), (first["function.s025:1"] is not null, first["pass.s025:1"] is not null));
        Assert.Equal("0.35", (string?)second["pass.s025"]!["string_value"]);
        (HttpStatusCode status, JsonNode refused) = await Daemon.GetAsync("/v2/models/s025/versions/3");
        Assert.Equal((HttpStatusCode.NotFound, "model s025 has no version '3': served are 1, 2"),
            (status, (string?)refused["error"]));
    }

    [Fact]
    public async Task The_index_has_a_line_for_each_version_and_load_and_unload_mean_all_of_them()
    {
        const string First = "/v2/models/s025/versions/1";
        Assert.Equal(["dualrs 1 READY", "s100 1 READY", "s025 1 READY", "s025 2 READY"], await IndexAsync());
        await Daemon.PostAsync("", "/v2/repository/models/s025/unload");
        Assert.Equal(["dualrs 1 UNAVAILABLE", "s100 1 READY", "s025 1 UNAVAILABLE", "s025 2 UNAVAILABLE"],
            await IndexAsync());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Daemon.GetAsync($"{First}/ready")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Daemon.PostAsync(Image(), $"{First}/infer")).Status);
        (HttpStatusCode status, JsonNode loaded) = await Daemon.PostAsync("", "/v2/repository/models/s025/load");
        Assert.Equal((HttpStatusCode.OK, """{"name":"s025","version":"2","state":"READY","reason":""}"""),
            (status, loaded.ToJsonString()));
        Assert.Equal(["dualrs 1 READY", "s100 1 READY", "s025 1 READY", "s025 2 READY"], await IndexAsync());
        Assert.Equal(HttpStatusCode.OK, (await Daemon.GetAsync($"{First}/ready")).Status);

        async Task<IEnumerable<string>> IndexAsync() =>
            (await Daemon.PostAsync("", "/v2/repository/index")).Body.AsArray()
            .Select(line => $"{line!["name"]} {line["version"]} {line["state"]}");
    }

    [Fact]
    public async Task Statistics_and_metrics_are_kept_apart_by_version()
    {
        await AnswerAsync("/v2/models/s025/versions/1/infer");
        Assert.Equal((1, 0), (await CountAsync("1"), await CountAsync("2")));
        string metrics = await Daemon.Client.GetStringAsync("/metrics");
        foreach (string line in (string[])["images_total{model=\"s025:1\",route=\"s025:1\"} 1",
            "circuit_open{network=\"s025:1\"} 0"])
            Assert.Contains($"dualrs_{line}\n", metrics, StringComparison.Ordinal);

        using Shell shell = new();
        Cli.Outcome told = await shell.RunAsync(
            "status", "--url", Daemon.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), "--json");
        JsonNode[] models = [.. JsonNode.Parse(told.Out)!["models"]!.AsArray().Select(model => model!)];
        Assert.Equal(["dualrs 0", "s100 0", "s025:1 1", "s025 0"],
            models.Select(model => $"{model["network"]} {model["images"]}"));
        // What the configuration of the whole does not say of a version is not told of another.
        Assert.Equal([false, true, false, true], models.Select(model => model["function"] is not null));

        async Task<int> CountAsync(string version)
        {
            JsonNode body = (await Daemon.GetAsync($"/v2/models/s025/versions/{version}/stats")).Body;
            JsonNode model = body["model_stats"]!.AsArray().Single()!;
            Assert.Equal(version, (string?)model["version"]);
            return (int)model["inference_count"]!;
        }
    }

    [Fact]
    public async Task The_same_over_gRPC()
    {
        using GrpcClient client = new(Daemon.GrpcAddress);
        Assert.Equal(["1", "2"], (await client.Models.ModelMetadataAsync(new() { Name = "s025" })).Versions);
        Assert.True((await client.Models.ModelReadyAsync(new() { Name = "s025", Version = "1" })).Ready);
        ModelInferRequest request = GrpcClient.Request(ProbePatterns.Levels(1), 3, 32, 32);
        (request.ModelName, request.ModelVersion) = ("s025", "1");
        request.Parameters["estimation"] = new() { Int64Param = 100 };
        request.Parameters["selection"] = new() { Int64Param = 10 };
        ModelInferResponse answer = await client.Models.ModelInferAsync(request);
        Assert.Equal("1", answer.ModelVersion);
        Assert.Equal(Function(await AnswerAsync("/v2/models/s025/versions/1/infer"), "s025:1"),
            answer.Parameters["function.s025:1"].StringParam);
        request.ModelVersion = "3";
        Assert.Equal(StatusCode.NotFound,
            (await GrpcClient.FailureAsync(client.Models.ModelInferAsync(request))).StatusCode);
    }

    [Fact]
    public async Task A_version_cannot_be_asked_for_in_a_mix()
    {
        (HttpStatusCode status, _) = await Daemon.PostAsync(
            InferBodies.Bytes(ProbePatterns.Levels(1), "3,32,32", $"{Sampling},\"mix\":\"s025:1\""));
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }
}
