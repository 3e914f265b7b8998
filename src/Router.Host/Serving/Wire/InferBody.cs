using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Host.Serving.Wire;

/// <summary>
/// The body of an inference request, as written: anything may be missing (Open Inference Protocol v2,
/// <c>$inference_request</c>).
/// </summary>
internal sealed class InferBody
{
    public string? Id { get; set; }

    public Dictionary<string, JsonElement>? Parameters { get; set; }

    public List<InputTensor?>? Inputs { get; set; }

    public List<RequestedOutput?>? Outputs { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>One input (<c>$request_input</c>).</summary>
internal sealed class InputTensor
{
    public string? Name { get; set; }

    public long[]? Shape { get; set; }

    public string? Datatype { get; set; }

    public Dictionary<string, JsonElement>? Parameters { get; set; }

    /// <summary>Where its values stand in the body; they are read once shape and datatype are known.</summary>
    [JsonConverter(typeof(TextRangeConverter))]
    public TextRange? Data { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>One output that is asked for (<c>$request_output</c>).</summary>
internal sealed class RequestedOutput
{
    public string? Name { get; set; }

    public Dictionary<string, JsonElement>? Parameters { get; set; }
}

/// <summary>A JSON array by its place in the body.</summary>
/// <param name="Start">Index of its opening bracket.</param>
/// <param name="Length">Bytes up to and including the closing one.</param>
internal readonly record struct TextRange(int Start, int Length);

/// <summary>
/// Skips an array and keeps its place: a tensor's numbers are many, and are read without an intermediate copy. Only for
/// bodies that are deserialized from one span.
/// </summary>
internal sealed class TextRangeConverter : JsonConverter<TextRange?>
{
    public override TextRange? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new(start, (int)reader.BytesConsumed - start);
    }

    public override void Write(Utf8JsonWriter writer, TextRange? value, JsonSerializerOptions options) =>
        throw new NotSupportedException();
}
