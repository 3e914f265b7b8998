using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Host.Serving.Wire;

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
[JsonSerializable(typeof(ModelConfiguration))]
[JsonSerializable(typeof(Statistics))]
internal sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>The context to use. Text is not escaped beyond what JSON needs: answers are never pasted into HTML.</summary>
    public static ProtocolJson Instance { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
