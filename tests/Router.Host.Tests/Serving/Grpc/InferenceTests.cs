using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Inference;
using Router.Experts.Cards;

namespace Router.Host.Tests.Serving.Grpc;

/// <summary>What networks answer over gRPC, beside what they answer over HTTP.</summary>
[Collection(BundledModel.Name)]
public sealed class InferenceTests(BundledModel bundled) : IDisposable
{
    private const string Sampling = "\"estimation\":100,\"selection\":10,\"seed\":7";

    private readonly GrpcClient _client = new(bundled.Daemon.GrpcAddress);
    private readonly byte[] _pixels = ProbePatterns.Levels(2);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Typed_contents_are_answered_as_JSON_is_at_the_same_seed()
    {
        ModelInferRequest request = Seeded(GrpcClient.Request(_pixels, 3, 32, 32));
        request.RawInputContents.Clear();
        request.Inputs[0].Contents = new() { UintContents = { _pixels.Select(level => (uint)level) } };
        ModelInferResponse answer = await _client.Models.ModelInferAsync(request);
        JsonNode told = await OverHttpAsync();
        Assert.Equal(Described(told), Described(answer));
        Assert.Equal(
            told["outputs"]!.AsArray().Select(output => string.Join(',', output!["data"]!.AsArray().Select(Plain))),
            answer.Outputs.Select(output => Written(output.Contents)));
    }

    [Fact]
    public async Task Raw_contents_are_answered_as_bytes_are_over_HTTP()
    {
        ModelInferResponse answer = await _client.Models.ModelInferAsync(
            Seeded(GrpcClient.Request(_pixels, 3, 32, 32)));
        JsonNode told = await OverHttpAsync();
        Assert.Equal(Described(told), Described(answer));
        Assert.All(answer.Outputs, output => Assert.Null(output.Contents));
        Assert.Equal((long)Output(told, "class"),
            BinaryPrimitives.ReadInt64LittleEndian(answer.RawOutputContents[0].Span));
        Assert.Equal((float)Output(told, "radius"),
            BinaryPrimitives.ReadSingleLittleEndian(answer.RawOutputContents[1].Span));
        Assert.Equal((string?)Output(told, "route"), answer.RawOutputContents[2].ToStringUtf8()[sizeof(int)..]);
    }

    [Fact]
    public async Task Fractions_are_answered_as_the_levels_that_they_are()
    {
        ModelInferRequest typed = Seeded(GrpcClient.Request(_pixels, 3, 32, 32)), raw = typed.Clone();
        float[] fractions = [.. _pixels.Select(level => level / 255f)];
        (typed.Inputs[0].Datatype, raw.Inputs[0].Datatype) = ("FP32", "FP32");
        typed.RawInputContents.Clear();
        typed.Inputs[0].Contents = new() { Fp32Contents = { fractions } };
        byte[] bytes = new byte[Buffer.ByteLength(fractions)];
        Buffer.BlockCopy(fractions, 0, bytes, 0, bytes.Length);
        raw.RawInputContents[0] = ByteString.CopyFrom(bytes);
        float radius = (float)Output(await OverHttpAsync(), "radius");
        Assert.Equal(radius, (await _client.Models.ModelInferAsync(typed)).Outputs[1].Contents.Fp32Contents.Single());
        Assert.Equal(radius, BinaryPrimitives.ReadSingleLittleEndian(
            (await _client.Models.ModelInferAsync(raw)).RawOutputContents[1].Span));
    }

    [Fact]
    public async Task Outputs_come_as_they_are_named_and_images_in_their_order()
    {
        ModelInferRequest request = Seeded(GrpcClient.Request([.. _pixels, .. _pixels], 2, 3, 32, 32));
        foreach (string name in (string[])["radius", "class"]) request.Outputs.Add(new
            ModelInferRequest.Types.InferRequestedOutputTensor { Name = name });
        ModelInferResponse answer = await _client.Models.ModelInferAsync(request);
        Assert.Equal(["radius [2] FP32", "class [2] INT64"],
            answer.Outputs.Select(output => $"{output.Name} [{output.Shape.Single()}] {output.Datatype}"));
        ReadOnlyMemory<byte> classes = answer.RawOutputContents[1].Memory;
        Assert.Equal(classes[..8].ToArray(), classes[8..].ToArray());
    }

    [Fact]
    public async Task Models_are_described_as_over_HTTP()
    {
        ModelMetadataResponse told = await _client.Models.ModelMetadataAsync(new() { Name = "s025", Version = "1" });
        JsonNode over = (await bundled.Daemon.GetAsync("/v2/models/s025")).Body;
        Assert.Equal(
            ((string?)over["name"], (string?)over["platform"], (string?)over["versions"]![0]),
            (told.Name, told.Platform, told.Versions.Single()));
        Assert.Equal(over["inputs"]!.AsArray().Concat(over["outputs"]!.AsArray()).Select(Line),
            told.Inputs.Concat(told.Outputs).Select(tensor =>
                $"{tensor.Name} {tensor.Datatype} {string.Join(',', tensor.Shape)}"));

        static string Line(JsonNode? tensor) =>
            $"{tensor!["name"]} {tensor["datatype"]} {string.Join(',', tensor["shape"]!.AsArray())}";
    }

    [Fact]
    public async Task A_network_is_unloaded_and_loaded_and_the_index_says_so()
    {
        await _client.Models.RepositoryModelUnloadAsync(new()
        {
            ModelName = "s100", Parameters = { ["unload_dependents"] = new() { BoolParam = false } },
        });
        Assert.Equal("UNAVAILABLE", await StateAsync());
        Assert.False((await _client.Models.ModelReadyAsync(new() { Name = "s100" })).Ready);
        await _client.Models.RepositoryModelLoadAsync(new() { ModelName = "s100" });
        Assert.Equal("READY", await StateAsync());
        Assert.True((await _client.Models.ModelReadyAsync(new() { Name = "s100" })).Ready);

        async Task<string> StateAsync() => (await _client.Models.RepositoryIndexAsync(new())).Models
            .Single(model => model.Name == "s100").State;
    }

    [Fact]
    public async Task Statistics_are_those_of_HTTP()
    {
        ModelInferRequest request = Seeded(GrpcClient.Request(_pixels, 3, 32, 32));
        request.ModelName = "s050";
        await _client.Models.ModelInferAsync(request);
        JsonNode before = await StatisticsAsync();
        ModelStatisticsResponse told = await _client.Models.ModelStatisticsAsync(new() { Name = "s050" });
        JsonNode after = await StatisticsAsync();
        Inference.ModelStatistics counts = told.ModelStats.Single();
        Assert.Equal(
            ((ulong)before["inference_count"]!, (ulong)before["execution_count"]!, (ulong)before["last_inference"]!),
            (counts.InferenceCount, counts.ExecutionCount, counts.LastInference));
        // Passes are counted for the whole process: networks of this name vote in other tests meanwhile.
        Dictionary<ulong, ulong> earlier = PassesOf(before), later = PassesOf(after);
        Assert.All(counts.BatchStats, batch => Assert.InRange(
            batch.ComputeInfer.Count, earlier.GetValueOrDefault(batch.BatchSize), later[batch.BatchSize]));
        Assert.Empty(earlier.Keys.Except(counts.BatchStats.Select(batch => batch.BatchSize)));
        Assert.NotEmpty(counts.BatchStats);
        Assert.Equal(["dualrs", "router", "s012", "s025", "s050", "s100"],
            (await _client.Models.ModelStatisticsAsync(new())).ModelStats.Select(model => model.Name));

        async Task<JsonNode> StatisticsAsync() =>
            (await bundled.Daemon.GetAsync("/v2/models/s050/stats")).Body["model_stats"]![0]!;

        static Dictionary<ulong, ulong> PassesOf(JsonNode counts) => counts["batch_stats"]!.AsArray().ToDictionary(
            batch => (ulong)batch!["batch_size"]!, batch => (ulong)batch!["compute_infer"]!["count"]!);
    }

    private static ModelInferRequest Seeded(ModelInferRequest request)
    {
        request.Id = "a";
        request.Parameters["estimation"] = new() { Int64Param = 100 };
        request.Parameters["selection"] = new() { Int64Param = 10 };
        request.Parameters["seed"] = new() { Uint64Param = 7 };
        return request;
    }

    private async Task<JsonNode> OverHttpAsync()
    {
        (HttpStatusCode status, JsonNode answer) =
            await bundled.Daemon.PostAsync(InferBodies.Bytes(_pixels, "3,32,32", Sampling));
        Assert.Equal(HttpStatusCode.OK, status);
        return answer;
    }

    // σ comes with the digits that the registry has.
    private static string Plain(JsonNode? value) => value!.GetValueKind() == JsonValueKind.Number
        ? ((double)value).ToString(CultureInfo.InvariantCulture) : (string)value!;

    private static JsonNode Output(JsonNode answer, string name) =>
        answer["outputs"]!.AsArray().Single(output => (string?)output!["name"] == name)!["data"]![0]!;

    private static IEnumerable<string> Described(JsonNode answer) =>
    [
        $"{answer["model_name"]} {answer["model_version"]} {answer["id"]}",
        .. answer["outputs"]!.AsArray()
            .Select(output => $"{output!["name"]} {output["datatype"]} {output["shape"]![0]}"),
        .. answer["parameters"]!.AsObject().Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Described(ModelInferResponse answer) =>
    [
        $"{answer.ModelName} {answer.ModelVersion} {answer.Id}",
        .. answer.Outputs.Select(output => $"{output.Name} {output.Datatype} {output.Shape[0]}"),
        .. answer.Parameters.Select(pair => $"{pair.Key} {Written(pair.Value)}").Order(StringComparer.Ordinal),
    ];

    private static string Written(InferParameter value) => value.ParameterChoiceCase switch
    {
        InferParameter.ParameterChoiceOneofCase.Int64Param => $"{value.Int64Param}",
        InferParameter.ParameterChoiceOneofCase.DoubleParam =>
            value.DoubleParam.ToString(CultureInfo.InvariantCulture),
        _ => value.StringParam,
    };

    private static string Written(InferTensorContents contents) => string.Join(
        ',', contents.Int64Contents.Select(value => $"{value}")
            .Concat(contents.Fp32Contents.Select(value => ((double)value).ToString(CultureInfo.InvariantCulture)))
            .Concat(contents.BytesContents.Select(value => value.ToStringUtf8())));
}
