using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Router.Host.Serving.Wire;

/// <summary>The answer to an inference request (<c>$inference_response</c>).</summary>
internal sealed record InferAnswer(
    string ModelName, string ModelVersion, string? Id, JsonObject Parameters, IReadOnlyList<OutputTensor> Outputs);

/// <summary>One output, flat and row-major (<c>$response_output</c>).</summary>
internal sealed record OutputTensor(string Name, IReadOnlyList<int> Shape, string Datatype, JsonArray? Data)
{
    /// <summary>Where its bytes are behind the JSON: how many.</summary>
    public BinarySize? Parameters { get; init; }
}

/// <summary>The parameter of an output whose bytes stand behind the JSON.</summary>
internal sealed record BinarySize(int BinaryDataSize);

/// <summary>What a model takes and returns (<c>$metadata_model_response</c>).</summary>
internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs,
    IReadOnlyList<TensorMetadata> Outputs);

/// <summary>A tensor's name, type and shape; −1 stands for any extent.</summary>
internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<int> Shape);

/// <summary>What this server is (<c>$metadata_server_response</c>).</summary>
internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

/// <summary>Whether the process runs.</summary>
internal sealed record Liveness(bool Live);

/// <summary>Whether it serves.</summary>
internal sealed record Readiness(bool Ready);

/// <summary>Whether a model is served.</summary>
internal sealed record ModelReadiness(string Name, bool Ready);

/// <summary>What was wrong, and what would be right.</summary>
internal sealed record ErrorMessage(string Error);

/// <summary>A model in the repository index.</summary>
internal sealed record IndexedModel(string Name, string Version, string State, string Reason);

/// <summary>What a repository index may be asked for; all is optional.</summary>
internal sealed record IndexRequest(bool Ready);

/// <summary>What loading and unloading may be asked with; all is optional.</summary>
internal sealed record RepositoryRequest(IReadOnlyDictionary<string, JsonElement>? Parameters);

/// <summary>What is logged, as Triton's extension has it.</summary>
internal sealed record LoggingSettings(
    string LogFile, bool LogInfo, bool LogWarning, bool LogError, int LogVerboseLevel, string LogFormat);

/// <summary>What is to be logged; what is left out stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LoggingRequest(
    string? LogFile, bool? LogInfo, bool? LogWarning, bool? LogError, int? LogVerboseLevel, string? LogFormat);

/// <summary>A picture to try the classifier with.</summary>
/// <param name="Data">Its data set and split.</param>
/// <param name="Index">Its position there.</param>
/// <param name="Class">The name of its true class; null where it has none.</param>
/// <param name="Shape">(channels, height, width).</param>
/// <param name="Levels">Its levels 0–255, channel after channel, row after row; base64 in JSON.</param>
internal sealed record SamplePicture(
    string Data, int Index, string? Class, IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Levels);

/// <summary>A model's configuration, as Triton's extension has it.</summary>
internal sealed record ModelConfiguration(
    string Name, string Platform, string Backend, int MaxBatchSize, IReadOnlyList<ConfiguredTensor> Input,
    IReadOnlyList<ConfiguredTensor> Output,
    IReadOnlyDictionary<string, ConfiguredValue> Parameters);

/// <summary>A tensor of a configuration; −1 stands for any extent.</summary>
internal sealed record ConfiguredTensor(string Name, string DataType, IReadOnlyList<int> Dims);

/// <summary>A value of a configuration.</summary>
internal sealed record ConfiguredValue(string StringValue);

/// <summary>Statistics of models.</summary>
internal sealed record Statistics(IReadOnlyList<ModelCounts> ModelStats);

/// <summary>What a model did since the start.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="LastInference">When it answered last, in ms since 1970; 0 for never.</param>
/// <param name="InferenceCount">Images answered.</param>
/// <param name="ExecutionCount">Requests answered: their samples share forward passes with others'.</param>
/// <param name="InferenceStats">Where time went.</param>
/// <param name="BatchStats">
/// A network's forward passes by the samples in them, whoever asked for those; the whole has none of its own.
/// </param>
internal sealed record ModelCounts(
    string Name, string Version, long LastInference, long InferenceCount, long ExecutionCount,
    InferenceTimes InferenceStats, IReadOnlyList<BatchCount> BatchStats);

/// <summary>Where the time of requests went.</summary>
/// <param name="Success">Whole requests that were answered.</param>
/// <param name="Fail">Whole requests that were not.</param>
/// <param name="Queue">Waiting for a turn.</param>
/// <param name="ComputeInfer">Drawing votes, on a turn.</param>
internal sealed record InferenceTimes(TimeCount Success, TimeCount Fail, TimeCount Queue, TimeCount ComputeInfer);

/// <summary>Forward passes with as many samples in them.</summary>
/// <param name="BatchSize">Noisy samples.</param>
/// <param name="ComputeInfer">Passes, with their noise and votes.</param>
internal sealed record BatchCount(int BatchSize, TimeCount ComputeInfer);

/// <summary>How often, and how long together.</summary>
internal sealed record TimeCount(long Count, long Ns);

/// <summary>The protocol's messages as JSON.</summary>
[JsonSerializable(typeof(InferBody))]
[JsonSerializable(typeof(InferAnswer))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(ModelReadiness))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(IReadOnlyList<IndexedModel>))]
[JsonSerializable(typeof(IndexedModel))]
[JsonSerializable(typeof(IndexRequest))]
[JsonSerializable(typeof(RepositoryRequest))]
[JsonSerializable(typeof(LoggingSettings))]
[JsonSerializable(typeof(LoggingRequest))]
[JsonSerializable(typeof(ModelConfiguration))]
[JsonSerializable(typeof(Statistics))]
[JsonSerializable(typeof(IReadOnlyList<SamplePicture>))]
internal sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>
    /// The context to use. Text is not escaped beyond what JSON needs: answers are never pasted into HTML.
    /// </summary>
    public static ProtocolJson Instance { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
