using System.Security.Cryptography;
using System.Text;

namespace Router.Votes;

/// <summary>
/// Names a base classifier f as the fixed function it is: weights, layers, engine, device and every setting that can
/// change a vote (docs/certificates.md, section 6). Counts of different functions are never added.
/// </summary>
/// <param name="Value">Lower-case hex of a SHA-256.</param>
public readonly record struct FunctionId(string Value)
{
    /// <summary>The id of a function stated by its properties; their order does not matter.</summary>
    /// <param name="properties">What the function is made of; keys are unique.</param>
    public static FunctionId Of(IEnumerable<KeyValuePair<string, string>> properties)
    {
        StringBuilder text = new();
        foreach ((string key, string value) in properties.OrderBy(property => property.Key, StringComparer.Ordinal))
            text.Append(key).Append('=').Append(value.ReplaceLineEndings("\\n")).Append('\n');
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
