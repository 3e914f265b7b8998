using System.Text.Json.Nodes;

namespace Router.Host.Serving.Protocol;

/// <summary>The answer to an inference request (<c>$inference_response</c>).</summary>
internal sealed record InferAnswer(string ModelName, string ModelVersion, string? Id, JsonObject Parameters, IReadOnlyList<OutputTensor> Outputs);

/// <summary>One output, flat and row-major (<c>$response_output</c>).</summary>
internal sealed record OutputTensor(string Name, IReadOnlyList<int> Shape, string Datatype, JsonArray Data);

/// <summary>What a model takes and returns (<c>$metadata_model_response</c>).</summary>
internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs);

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
