using System.Text.Json;

namespace Router.Host.Serving.Requests;

/// <summary>
/// Bounds what a body costs once it is objects: a tensor's numbers are read in place, but everything beside them becomes many times its text. No
/// honest request comes near the limit.
/// </summary>
internal static class JsonTokens
{
    /// <summary>Tokens outside of <c>data</c>.</summary>
    public const int Most = 10_000;

    private const int DepthOfInput = 3;

    /// <summary>What is wrong with a body that has more; null where it has not, or is no JSON: that is found where it is read.</summary>
    public static string? Excess(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        int tokens = 0;
        bool inInputs = false;
        try
        {
            while (reader.Read())
            {
                if (++tokens > Most)
                    return $"the body has more than {Most} names and values beside its data";
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
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
}
