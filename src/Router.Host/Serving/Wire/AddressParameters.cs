using System.Text;
using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>
/// The parameters of a request that stand in its address: what is a JSON number, true or false is that, everything else
/// is text.
/// </summary>
internal static class AddressParameters
{
    /// <summary>Reads them all.</summary>
    public static Dictionary<string, JsonElement> Read(IQueryCollection query, RequestFaults faults)
    {
        Dictionary<string, JsonElement> parameters = new(StringComparer.Ordinal);
        foreach ((string key, var values) in query)
            if (!IsText(key))
                faults.Add($"the address has a parameter '{Quoted.Cut(key)}', whose name is no text: "
                    + "accepted is UTF-8, percent-encoded");
            else if (values.Count > 1)
                faults.Add($"parameter '{Quoted.Cut(key)}' stands in the address {values.Count} times");
            else
                parameters[key] = Element(values.ToString());
        return parameters;
    }

    /// <summary>Takes a parameter that is true or false out of them.</summary>
    public static bool TakeFlag(Dictionary<string, JsonElement> parameters, string name, RequestFaults faults)
    {
        bool wanted = BinaryTensors.Wanted(parameters, name, otherwise: false, faults);
        parameters.Remove(name);
        return wanted;
    }

    // What could not be decoded stays as it came, or became the replacement character.
    private static bool IsText(string name) =>
        !name.Any(character => char.IsControl(character) || character is '%' or '\uFFFD');

    /// <summary>A number, true or false where the text is one, else the text.</summary>
    public static JsonElement Element(string value)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(value));
        try
        {
            if (reader.Read() && reader.TokenType is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False
                && !reader.Read())
                return Parse(value);
        }
        catch (JsonException)
        {
            // It is text then.
        }
        return Parse($"\"{JsonEncodedText.Encode(value)}\"");
    }

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
