using System.Text.Json;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// A <see cref="TradeoffDocument"/> as JSON: camelCase names, UTF-8, no line breaks. Every character beyond ASCII and
/// every character that HTML could take for markup is escaped, so that the text may stand inside a page as it is.
/// </summary>
public static class TradeoffJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The document's JSON text.</summary>
    public static string Text(TradeoffDocument document) => JsonSerializer.Serialize(document, Options);

    /// <summary>Writes the document's JSON text to a file, over what was there.</summary>
    public static void Write(TradeoffDocument document, string path) => File.WriteAllText(path, Text(document));

    /// <summary>Reads a document.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">
    /// It is not a document of <see cref="TradeoffDocument.CurrentSchema"/>, or does not agree with itself; the message
    /// names the file, the place, and what would be right.
    /// </exception>
    public static TradeoffDocument Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>Reads a document.</summary>
    /// <param name="json">Its JSON text.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">As in <see cref="Read"/>.</exception>
    public static TradeoffDocument Parse(string json, string name)
    {
        try
        {
            CheckSchema(json, name);
            TradeoffDocument document = JsonSerializer.Deserialize<TradeoffDocument>(json, Options)!;
            return Objection(document) is { } objection
                ? throw new InvalidDataException($"{name}: {objection}")
                : document;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{name}: this is not a trade-off document: {fault.Message}", fault);
        }
    }

    private static void CheckSchema(string json, string name)
    {
        using JsonDocument parsed = JsonDocument.Parse(json);
        string? schema = parsed.RootElement.ValueKind == JsonValueKind.Object
            && parsed.RootElement.TryGetProperty("schema", out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (schema != TradeoffDocument.CurrentSchema)
            throw new InvalidDataException(
                $"{name}: its schema is {(schema is null ? "not named" : $"'{schema}'")}, this program reads "
                + $"'{TradeoffDocument.CurrentSchema}'");
    }

    private static string? Objection(TradeoffDocument document)
    {
        if (document.Systems.Select(system => system.Name).GroupBy(systemName => systemName)
            .FirstOrDefault(named => named.Count() > 1) is { } twice)
            return $"systems: {twice.Count()} are named '{twice.Key}', accepted are names that differ";
        if (document.Systems.FirstOrDefault(
            system => !system.Accuracy.Select(at => at.Radius).SequenceEqual(document.Radii)) is { } other)
            return $"systems: '{other.Name}' has accuracies at other radii than the document's {document.Radii.Length}";
        foreach (StudyImage image in document.Images)
            if (image.Answers.FirstOrDefault(
                answer => answer.System < 0 || answer.System >= document.Systems.Length) is { } stray)
                return $"images: image {image.Index} has an answer of system {stray.System}, accepted are 0 to "
                    + $"{document.Systems.Length - 1}";
        return null;
    }
}
