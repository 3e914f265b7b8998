using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Smoothing.Records;

/// <summary>
/// Records as JSON text. Reading is strict: unknown, missing, repeated or mistyped members are faults of the text.
/// </summary>
public static class RecordJson
{
    internal static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        WriteIndented = true,
        NewLine = "\n",
    };

    private static readonly JsonSerializerOptions Compact = new(Options) { WriteIndented = false };

    /// <summary>The record as indented JSON.</summary>
    public static string Write(CertificateRecord record) => JsonSerializer.Serialize(record, Options);

    /// <summary>The record as JSON without line ends: a line of a file of records.</summary>
    public static string WriteLine(CertificateRecord record) => JsonSerializer.Serialize(record, Compact);

    /// <summary>Reads a record; its claims are not checked.</summary>
    /// <param name="json">The text.</param>
    /// <param name="record">The record, or null.</param>
    /// <param name="fault">What is wrong with the text, or null.</param>
    public static bool TryRead(
        string json, [NotNullWhen(true)] out CertificateRecord? record, [NotNullWhen(false)] out string? fault)
    {
        (record, fault) = (null, null);
        try
        {
            // Another version may have other members: it is named before they are looked at.
            using (JsonDocument document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false }))
                if (document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty("schema", out JsonElement schema)
                    && schema.ValueKind == JsonValueKind.String
                        && schema.GetString() != CertificateRecord.CurrentSchema)
                    fault = UnknownSchema(schema.GetString()!);
                else if (NullIn(document.RootElement, "") is { } place)
                    fault = $"not a record: {(place.Length > 0 ? place : "the document")} is null, only class may be";
            if (fault is null && (record = JsonSerializer.Deserialize<CertificateRecord>(json, Options)) is null)
                fault = "not a record: null";
        }
        // the latter two for half a surrogate pair, escaped or not
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            fault = $"not a record: {Describe(error)}";
        }
        return fault is null;
    }

    // The reader's own words, with the line and the path to the member before them instead of its 0-based coordinates
    // behind.
    private static string Describe(Exception error)
    {
        int coordinates = error.Message.IndexOf(" Path: ", StringComparison.Ordinal),
        line = error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        int end = coordinates >= 0 ? coordinates : line;
        string words = end > 0 ? error.Message[..end] : error.Message;
        return error is JsonException { LineNumber: { } number } fault
            ? $"line {number + 1}{(fault.Path is { Length: > 1 } path ? $", {path[2..]}" : "")}: {words}"
            : words;
    }

    // Where a null stands that no member may be; the serializer does not look into arrays.
    private static string? NullIn(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Null => path,
        JsonValueKind.Object => element.EnumerateObject()
            .Where(member => path.Length > 0 || !member.NameEquals("class"))
            .Select(member => NullIn(member.Value, path.Length > 0 ? $"{path}.{member.Name}" : member.Name))
                .FirstOrDefault(place => place is not null),
        JsonValueKind.Array => element.EnumerateArray()
            .Select((item, index) => NullIn(item, $"{path}[{index}]")).FirstOrDefault(place => place is not null),
        _ => null,
    };

    internal static string UnknownSchema(string schema) =>
        $"unknown schema version '{schema}': this verifier knows {CertificateRecord.CurrentSchema}";
}
