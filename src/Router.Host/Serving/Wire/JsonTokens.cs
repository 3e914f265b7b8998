using System.Text.Json;
using System.Text.Unicode;

namespace Router.Host.Serving.Wire;

/// <summary>
/// Looks at a body before it becomes objects. A tensor's numbers are read in place, but everything beside them becomes
/// many times its text: no honest request comes near the limit. JSON may hold what is no text, which shows only when
/// somebody reads it. And a name that an object has twice means one thing to whoever reads the first and another to
/// whoever reads the last (RFC 8259, section 4).
/// </summary>
internal static class JsonTokens
{
    /// <summary>Tokens outside of <c>data</c>.</summary>
    public const int Most = 10_000;

    private const int DepthOfInput = 3;

    /// <summary>
    /// What is wrong with a body; null where nothing is, or it is no JSON: that is found where it is read.
    /// </summary>
    public static string? Fault(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        int tokens = 0;
        bool inInputs = false;
        Stack<HashSet<string>> names = [];
        try
        {
            while (reader.Read())
            {
                if (++tokens > Most)
                    return $"the body has more than {Most} names and values beside its data";
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && !IsText(ref reader))
                    return $"the body holds text that is not Unicode at byte {reader.TokenStartIndex}: JSON is UTF-8, "
                        + $"and \\ud800 to \\udfff come in pairs";
                if (reader.TokenType == JsonTokenType.StartObject) names.Push(new(StringComparer.Ordinal));
                if (reader.TokenType == JsonTokenType.EndObject) names.Pop();
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                string name = reader.GetString()!;
                if (!names.Peek().Add(name))
                    return $"'{Quoted.Cut(name)}' stands twice in one object, again at byte {reader.TokenStartIndex}: "
                        + "accepted is once";
                if (reader.CurrentDepth == 1)
                    inInputs = reader.ValueTextEquals("inputs"u8);
                else if (inInputs && reader.CurrentDepth == DepthOfInput && reader.ValueTextEquals("data"u8))
                {
                    reader.Read();
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }
        return null;
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return Utf8.IsValid(reader.ValueSpan);
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
