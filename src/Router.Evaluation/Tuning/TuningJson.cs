using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Evaluation.Tuning;

/// <summary>A <see cref="TuningDocument"/> as JSON: camelCase names, UTF-8, no line breaks.</summary>
public static class TuningJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes the document's JSON text to a file, over what was there.</summary>
    public static void Write(TuningDocument document, string path) => File.WriteAllText(path, Text(document));

    /// <summary>The document's JSON text.</summary>
    public static string Text(TuningDocument document) => JsonSerializer.Serialize(document, Options);
}
