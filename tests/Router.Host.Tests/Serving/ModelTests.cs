using System.Net;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Experts.Cards;
using Router.Host.Serving.Operations;
using Router.Smoothing;
using Router.Votes;

namespace Router.Host.Tests.Serving;

/// <summary>Every expert and the router as models of their own.</summary>
[Collection(BundledModel.Name)]
public sealed class ModelTests(BundledModel bundled)
{
    private const string Sampling = "\"estimation\":100,\"selection\":10,\"seed\":7";

    [Theory]
    [InlineData("s050", "dualrs_expert", "class INT64 [-1], radius FP32 [-1], record BYTES [-1]")]
    [InlineData("router", "dualrs_router",
        "route BYTES [-1], route_sigma FP32 [-1], votes INT64 [-1,4], undecided INT64 [-1]")]
    public async Task Networks_have_metadata_and_configuration_of_their_own(
        string model, string platform, string outputs)
    {
        (HttpStatusCode status, JsonNode body) = await bundled.Daemon.GetAsync($"/v2/models/{model}/versions/1");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((model, platform), ((string?)body["name"], (string?)body["platform"]));
        Assert.Equal(outputs, string.Join(", ", body["outputs"]!.AsArray()
            .Select(output => $"{output!["name"]} {output["datatype"]} {output["shape"]!.ToJsonString()}")));
        Assert.Equal((HttpStatusCode.OK, $$"""{"name":"{{model}}","ready":true}"""),
            await TextOf($"/v2/models/{model}/ready"));

        (status, body) = await bundled.Daemon.GetAsync($"/v2/models/{model}/config");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("[-1,3,32,32]", body["input"]![0]!["dims"]!.ToJsonString());
        Assert.Equal((0, "TYPE_UINT8"), ((int)body["max_batch_size"]!, (string?)body["input"]![0]!["data_type"]));
        Assert.Equal(
            bundled.Deployed.Classifier.VoterOf(model)!.FunctionId.Value,
            (string?)body["parameters"]![$"function.{model}"]!["string_value"]);
        Assert.Single(body["parameters"]!.AsObject(),
            pair => pair.Key.StartsWith("function.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_expert_answers_as_it_would_alone()
    {
        byte[] pixels = ProbePatterns.Levels(2);
        Certificate expected = await bundled.Deployed.Classifier.Restrict(["s050"]).CertifyAsync(
            new GridInput(pixels, 3, 32, 32), new(new SampleCounts(10, 100), new SampleCounts(10, 100), 0.001),
            SeedSource.FromCaller(7));
        (HttpStatusCode status, JsonNode answer) = await bundled.Daemon.PostAsync(
            InferBodies.Bytes(pixels, "3,32,32", Sampling + ",\"resolution\":0"), "/v2/models/s050/infer");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("s050", "single"),
            ((string?)answer["model_name"], (string?)answer["parameters"]!["certificate"]));
        Assert.Equal(["class", "radius"], answer["outputs"]!.AsArray().Select(output => (string)output!["name"]!));
        Assert.Equal(expected.Class ?? -1, (int)answer["outputs"]![0]!["data"]![0]!);
        Assert.Equal(TowardZero.ToSingle(expected.Radius), (double)answer["outputs"]![1]!["data"]![0]!);

        (status, answer) = await bundled.Daemon.PostAsync(
            InferBodies.Bytes(pixels, "3,32,32", "\"mode\":\"predict\",\"estimation\":100"), "/v2/models/s050/infer");
        Assert.Equal((HttpStatusCode.OK, "class"),
            (status, string.Join(',', answer["outputs"]!.AsArray().Select(output => (string)output!["name"]!))));
        (status, answer) = await bundled.Daemon.PostAsync(
            InferBodies.Bytes(pixels, "3,32,32", "\"mix\":\"s050\""), "/v2/models/s050/infer");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("there is no parameter 'mix'", (string?)answer["error"]);
    }

    [Fact]
    public async Task The_router_answers_its_votes_over_the_routes()
    {
        byte[] pixels = [.. ProbePatterns.Levels(0), .. ProbePatterns.Levels(2)];
        RoutePrediction[] expected = await Task.WhenAll(
            pixels.Chunk(3072).Select(image => bundled.Deployed.Classifier.PredictRouteAsync(
            new GridInput(image, 3, 32, 32), 100, 0.001, SeedSource.FromCaller(7))));
        (HttpStatusCode status, JsonNode answer) = await bundled.Daemon.PostAsync(
            InferBodies.Bytes(pixels, "2,3,32,32", "\"estimation\":100,\"seed\":7"), "/v2/models/router/infer");
        Assert.Equal(HttpStatusCode.OK, status);
        JsonArray outputs = answer["outputs"]!.AsArray();
        Assert.Equal(["route", "route_sigma", "votes", "undecided"],
            outputs.Select(output => (string)output!["name"]!));
        Assert.Equal("[2,4]", outputs[2]!["shape"]!.ToJsonString());
        Assert.Equal(expected.SelectMany(prediction => prediction.Votes!.Counts),
            outputs[2]!["data"]!.AsArray().Select(count => (long)count!));
        Assert.Equal(
            expected.Select(prediction =>
                prediction.Route is { } route ? bundled.Deployed.Classifier.Routes[route].Id : ""),
            outputs[0]!["data"]!.AsArray().Select(route => (string)route!));
        Assert.Equal(["function.router"], answer["parameters"]!.AsObject().Select(pair => pair.Key)
            .Where(key => key.StartsWith("function.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_index_lists_every_model()
    {
        (HttpStatusCode status, JsonNode index) = await bundled.Daemon.PostAsync(
            """{"ready":true}""", "/v2/repository/index");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"name":"dualrs","version":"1","state":"READY","reason":""}""", index[0]!.ToJsonString());
        Assert.Equal(["dualrs", "router", "s012", "s025", "s050", "s100"],
            index.AsArray().Select(model => (string)model!["name"]!));
        Assert.Equal(index.ToJsonString(),
            (await bundled.Daemon.PostAsync("", "/v2/repository/index")).Body.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, (await bundled.Daemon.PostAsync("[]", "/v2/repository/index")).Status);
        foreach (string action in (string[])["load", "unload"])
            Assert.Equal(HttpStatusCode.NotFound,
                (await bundled.Daemon.PostAsync("{}", $"/v2/repository/models/x/{action}")).Status);
    }

    [Fact]
    public async Task Statistics_count_images_requests_and_failures_of_each_model()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await daemon.PostAsync("""{"inputs":[{"name":"image","shape":[2,1,1,1],"datatype":"UINT8","data":[7,8]}]}""",
            "/v2/models/e1/infer");
        await daemon.PostAsync("{}", "/v2/models/e1/infer");
        await daemon.PostAsync(ToyModel.Body);
        (HttpStatusCode status, JsonNode body) = await daemon.GetAsync("/v2/models/e1/stats");
        Assert.Equal(HttpStatusCode.OK, status);
        JsonNode model = body["model_stats"]!.AsArray().Single()!;
        Assert.Equal(("e1", "1", 2, 1), ((string?)model["name"], (string?)model["version"],
            (int)model["inference_count"]!, (int)model["execution_count"]!));
        JsonNode times = model["inference_stats"]!;
        Assert.Equal((1, 1, 1, 1), ((int)times["success"]!["count"]!, (int)times["fail"]!["count"]!,
            (int)times["queue"]!["count"]!, (int)times["compute_infer"]!["count"]!));
        Assert.Equal((long)times["success"]!["ns"]!,
            (long)times["queue"]!["ns"]! + (long)times["compute_infer"]!["ns"]!);
        Assert.NotEqual(0, (long)model["last_inference"]!);
        (_, body) = await daemon.GetAsync("/v2/models/stats");
        Assert.Equal(
            ["dualrs 1", "router 0", "e0 0", "e1 2"],
            body["model_stats"]!.AsArray().Select(one => $"{one!["name"]} {one["inference_count"]}"));
    }

    private async Task<(HttpStatusCode, string)> TextOf(string path)
    {
        (HttpStatusCode status, JsonNode body) = await bundled.Daemon.GetAsync(path);
        return (status, body.ToJsonString());
    }
}
