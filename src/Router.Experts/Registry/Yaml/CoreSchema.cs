using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Yaml;

/// <summary>
/// What a scalar is under the core schema of YAML 1.2 (section 10.3.2), which is what editors judge it by.
/// </summary>
internal enum ScalarKind
{
    Null,
    Flag,
    Number,
    Text,
}

internal static partial class CoreSchema
{
    // Of a decimal, behind the point and in all.
    private const int ExactDigits = 28;

    public static ScalarKind KindOf(YamlScalarNode node) =>
        node.Style == ScalarStyle.Plain ? KindOf(node.Value ?? "") : ScalarKind.Text;

    public static ScalarKind KindOf(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Flag,
        _ => Number().IsMatch(plain) ? ScalarKind.Number : ScalarKind.Text,
    };

    /// <summary>The number exactly as written; null where a decimal cannot hold it exactly.</summary>
    public static decimal? ExactDecimal(string plain)
    {
        string[] parts = plain.TrimStart('+', '-').Split('e', 'E');
        string mantissa = parts[0], digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        string exponent = parts.ElementAtOrDefault(1) ?? "0";
        int behindPoint = mantissa.Contains('.') ? mantissa.Length - mantissa.IndexOf('.') - 1 : 0;
        int zeros = digits.Length - digits.TrimEnd('0').Length;
        return digits.Length <= ExactDigits
            && int.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int power)
            && (long)behindPoint - zeros - power <= ExactDigits
            && decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            && (value != 0) == (digits.Trim('0').Length != 0)
                ? value
                : null;
    }

    [GeneratedRegex(
        @"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)"
        + @"|\.(nan|NaN|NAN))\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
