using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Host.Serving.Wire;

/// <summary>A JSON array by its place in the body.</summary>
/// <param name="Start">Index of its opening bracket.</param>
/// <param name="Length">Bytes up to and including the closing one.</param>
internal readonly record struct TextRange(int Start, int Length);

/// <summary>
/// Skips an array and keeps its place: a tensor's numbers are many, and are read without an intermediate copy. Only for bodies that are
/// deserialized from one span.
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

    public override void Write(Utf8JsonWriter writer, TextRange? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
