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
    private const int ExactDecimalDigits = 28;

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
        string digits = plain.Split('e', 'E')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('+', '-', '0');
        return digits.Length <= ExactDecimalDigits
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
