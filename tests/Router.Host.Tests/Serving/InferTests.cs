using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Experts.Cards;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Host.Tests.Serving;

[Collection(BundledModel.Name)]
public sealed class InferTests(BundledModel bundled)
{
    private const string Sampling = "\"estimation\":100,\"selection\":10,\"seed\":7";
    private static readonly SampleCounts Counts = new(10, 100);
    private static readonly CertificationPlan Plan =
        new(SamplingPlan.Adaptive(Counts, Counts, new() { Resolution = 0.05 }), 0.001);

    private readonly RunningDaemon _daemon = bundled.Daemon;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task The_answer_is_the_classifiers_certificate(int pattern)
    {
        byte[] pixels = ProbePatterns.Levels(pattern);
        Certificate expected = await bundled.Deployed.Classifier.CertifyAsync(
            new GridInput(pixels, 3, 32, 32), Plan, SeedSource.FromCaller(7));

        JsonNode answer = await AskAsync(InferBodies.Bytes(pixels, "3,32,32", Sampling));

        Assert.Equal(expected.Class ?? -1, (int)Output(answer, "class")[0]!);
        Assert.Equal(TowardZero.ToSingle(expected.Radius), (double)Output(answer, "radius")[0]!);
        Assert.Equal(TowardZero.ToSingle(expected.Route!.Radius), (double)Output(answer, "route_radius")[0]!);
        Assert.Equal(TowardZero.ToSingle(expected.Expert?.Radius ?? 0), (double)Output(answer, "expert_radius")[0]!);
        Assert.Equal(expected.Expert?.Id ?? "", (string?)Output(answer, "route")[0]);
        Assert.Equal(expected.Expert?.Sigma ?? 0, (decimal)Output(answer, "route_sigma")[0]!);
    }

    [Fact]
    public async Task At_a_resolution_of_0_all_samples_are_drawn()
    {
        byte[] pixels = ProbePatterns.Levels(2);
        Certificate expected = await bundled.Deployed.Classifier.CertifyAsync(
            new GridInput(pixels, 3, 32, 32), new(Counts, Counts, 0.001), SeedSource.FromCaller(7));
        JsonNode answer = await AskAsync(InferBodies.Bytes(pixels, "3,32,32", Sampling + ",\"resolution\":0"));
        Assert.Equal(TowardZero.ToSingle(expected.Radius), (double)Output(answer, "radius")[0]!);
    }

    [Fact]
    public async Task The_answer_repeats_what_makes_it_reproducible()
    {
        JsonNode answer = await AskAsync(
            InferBodies.Bytes(ProbePatterns.Levels(2), "3,32,32", Sampling + ",\"failure_probability\":0.01"));
        Assert.Equal("dualrs", (string?)answer["model_name"]);
        Assert.Equal("1", (string?)answer["model_version"]);
        Assert.Equal("a", (string?)answer["id"]);
        JsonObject parameters = answer["parameters"]!.AsObject();
        Assert.Equal(
            """{"mode":"certify","seed_origin":"caller","noise":"grid","failure_probability":"""
            + """0.01,"certificate":"exclusion","n0":10,"n":100}""",
            new JsonObject(parameters.Take(7).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())))
                .ToJsonString());
        Assert.Equal(
            bundled.Deployed.Registry.Networks.Select(
                network => ($"function.{network.Id}", network.Voter.FunctionId.Value)),
            parameters.Skip(7).Select(pair => (pair.Key, (string)pair.Value!)));
        Assert.Equal(["[1]"], answer["outputs"]!.AsArray().Select(output => output!["shape"]!.ToJsonString())
            .Distinct());
    }

    [Fact]
    public async Task A_request_may_ask_a_mix_as_text_or_as_a_list_and_the_answer_names_it_and_its_functions()
    {
        byte[] pixels = ProbePatterns.Levels(2);
        RoutedClassifier mix = bundled.Deployed.Classifier.Restrict(["s025", "s100"]);
        Certificate expected = await mix.CertifyAsync(
            new GridInput(pixels, 3, 32, 32), Plan, SeedSource.FromCaller(7));

        JsonNode answer = await AskAsync(InferBodies.Bytes(pixels, "3,32,32", Sampling + ",\"mix\":\"s025, s100\""));

        Assert.Equal("s025,s100", (string?)Output(answer, "mix")[0]);
        Assert.Equal(expected.Class ?? -1, (int)Output(answer, "class")[0]!);
        Assert.Equal(TowardZero.ToSingle(expected.Radius), (double)Output(answer, "radius")[0]!);
        Assert.Equal(
            ((string[])["router", "s025", "s100"])
                .Zip(mix.Functions, (id, function) => ($"function.{id}", function.Value)),
            answer["parameters"]!.AsObject().Where(pair => pair.Key.StartsWith("function.", StringComparison.Ordinal))
                .Select(pair => (pair.Key, (string)pair.Value!)));
        Assert.Equal(answer.ToJsonString(), (await AskAsync(
            InferBodies.Bytes(pixels, "3,32,32", Sampling + ",\"mix\":[\"s100\",\"S025\"]"))).ToJsonString());
        JsonNode whole = await AskAsync(InferBodies.Bytes(pixels, "3,32,32", Sampling));
        Assert.Equal("s012,s025,s050,s100", (string?)Output(whole, "mix")[0]);
    }

    [Fact]
    public async Task FP32_on_the_grid_and_UINT8_nested_and_flat_give_one_certificate()
    {
        byte[] pixels = ProbePatterns.Levels(0);
        JsonNode answer = await AskAsync(InferBodies.Bytes(pixels, "3,32,32", Sampling));
        Assert.NotEqual(-1, (int)Output(answer, "class")[0]!);
        string asBytes = OutputsOf(answer);

        string divided = string.Join(
            ",", pixels.Select(level => (level / 255f).ToString("R", CultureInfo.InvariantCulture)));
        string multiplied = string.Join(
            ",", pixels.Select(level => ((double)(level * (1 / 255f))).ToString("R", CultureInfo.InvariantCulture)));
        string nested = string.Join(",", pixels.Chunk(1024).Select(plane =>
            "[" + string.Join(",", plane.Chunk(32).Select(row => "[" + string.Join(",", row) + "]")) + "]"));

        Assert.Equal(asBytes, OutputsOf(await AskAsync(InferBodies.Of("FP32", "3,32,32", divided, Sampling))));
        Assert.Equal(asBytes, OutputsOf(await AskAsync(InferBodies.Of("FP32", "3,32,32", multiplied, Sampling))));
        Assert.Equal(asBytes, OutputsOf(await AskAsync(InferBodies.Of("UINT8", "3,32,32", nested, Sampling))));
        Assert.Equal(asBytes, OutputsOf(
            await AskAsync(InferBodies.Of("UINT8", "1,3,32,32", "[" + nested + "]", Sampling))));
    }

    [Fact]
    public async Task A_batch_answers_each_image_as_if_it_came_alone()
    {
        byte[] first = ProbePatterns.Levels(2), second = ProbePatterns.Levels(3);
        JsonNode batch = await AskAsync(InferBodies.Bytes([.. first, .. second], "2,3,32,32", Sampling));
        JsonNode[] alone =
        [
            await AskAsync(InferBodies.Bytes(first, "3,32,32", Sampling)),
            await AskAsync(InferBodies.Bytes(second, "3,32,32", Sampling)),
        ];
        foreach (JsonNode? output in batch["outputs"]!.AsArray())
        {
            Assert.Equal("[2]", output!["shape"]!.ToJsonString());
            string name = (string)output["name"]!;
            Assert.Equal(alone.Select(answer => Output(answer, name)[0]!.ToJsonString()),
                output["data"]!.AsArray().Select(value => value!.ToJsonString()));
        }
    }

    [Fact]
    public async Task Only_the_outputs_that_are_asked_for_come_in_that_order()
    {
        string body = InferBodies.Bytes(ProbePatterns.Levels(2), "3,32,32", Sampling);
        JsonNode answer = await AskAsync(
            body[..^1] + ""","outputs":[{"name":"route"},{"name":"class","parameters":{"binary_data":false}}]}""");
        Assert.Equal(["route", "class"], answer["outputs"]!.AsArray().Select(output => (string)output!["name"]!));
    }

    [Fact]
    public async Task A_record_comes_where_it_is_asked_for_signed_by_the_daemon_and_says_what_the_answer_says()
    {
        string body = InferBodies.Bytes([.. ProbePatterns.Levels(0), .. ProbePatterns.Levels(2)], "2,3,32,32",
            "\"estimation\":100,\"selection\":10");
        JsonNode answer = await AskAsync(
            body[..^1] + ""","outputs":[{"name":"record"},{"name":"class"},{"name":"radius"}]}""");
        Assert.Equal("BYTES", (string?)answer["outputs"]![0]!["datatype"]);
        for (int image = 0; image < 2; image++)
        {
            string json = (string)Output(answer, "record")[image]!;
            RecordVerdict.HoldsSigned verdict = Assert.IsType<RecordVerdict.HoldsSigned>(
                RecordVerifier.Verify(json, bundled.Key));
            Assert.Equal((RecordSignature.KeyId(bundled.Key), 0), (verdict.KeyId, verdict.Caveats.Length));
            Assert.True(RecordJson.TryRead(json, out CertificateRecord? record, out _));
            Assert.Equal(new GridInput(ProbePatterns.Levels(2 * image), 3, 32, 32).Hash, record.Input);
            Assert.Equal((int)Output(answer, "class")[image]!, record.Class ?? -1);
            Assert.Equal((double)Output(answer, "radius")[image]!, TowardZero.ToSingle(record.Radius));
            Assert.Equal(bundled.Deployed.Classifier.Routes.Select(route => route.Id),
                record.Routing.Mix.Select(member => member.Id));
            Assert.Contains("dualrs", record.Versions.Keys);
        }
        Assert.DoesNotContain("record",
            (await AskAsync(body))["outputs"]!.AsArray().Select(output => (string)output!["name"]!));
    }

    [Fact]
    public async Task Predict_answers_class_and_route_without_a_radius_and_the_servers_seed_repeats()
    {
        byte[] pixels = ProbePatterns.Levels(2);
        string body = InferBodies.Bytes(pixels, "3,32,32", "\"mode\":\"predict\",\"estimation\":100");
        JsonNode answer = await AskAsync(body);
        Assert.Equal(["class", "route", "route_sigma", "mix"],
            answer["outputs"]!.AsArray().Select(output => (string)output!["name"]!));
        Assert.Equal("server", (string?)answer["parameters"]!["seed_origin"]);
        Assert.Null(answer["parameters"]!["n0"]);
        Assert.Equal(answer.ToJsonString(), (await AskAsync(body)).ToJsonString());
    }

    private async Task<JsonNode> AskAsync(string body)
    {
        (HttpStatusCode status, JsonNode answer) = await _daemon.PostAsync(body);
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    private static JsonArray Output(JsonNode answer, string name) =>
        answer["outputs"]!.AsArray().Single(output => (string?)output!["name"] == name)!["data"]!.AsArray();

    private static string OutputsOf(JsonNode answer) => answer["outputs"]!.ToJsonString();
}
