using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Router.Smoothing.Records;

/// <summary>
/// The JSON Canonicalization Scheme, RFC 8785: no white space, members in the order of their names' UTF-16 units,
/// strings with the fewest escapes, numbers as ECMAScript prints a double. Every implementation of it in any language
/// gives the same bytes.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The canonical UTF-8 bytes of a document.</summary>
    public static byte[] Of(JsonElement element)
    {
        StringBuilder text = new();
        Write(element, text);
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(
            text.ToString());
    }

    /// <summary>
    /// A finite double as ECMAScript prints it: the shortest digits that round-trip, an exponent outside of 1e-7 …
    /// 1e21.
    /// </summary>
    public static string Number(double value)
    {
        if (value == 0)
            return "0";
        string sign = value < 0 ? "-" : "";
        string[] shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        string mantissa = shortest[0].Replace(".", "", StringComparison.Ordinal), digits = mantissa.TrimStart('0');
        // value = 0.digits · 10^point
        int point = shortest[0].Split('.')[0].Length - (mantissa.Length - digits.Length)
            + (shortest.Length > 1 ? int.Parse(shortest[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        return sign + point switch
        {
            > 21 or <= -6 =>
                $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}"
                + $"e{(point > 0 ? "+" : "-")}{Math.Abs(point - 1)}",
            <= 0 => "0." + new string('0', -point) + digits,
            _ when digits.Length <= point => digits + new string('0', point - digits.Length),
            _ => digits[..point] + "." + digits[point..],
        };
    }

    private static void Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                string separator = "";
                foreach (JsonProperty member in element.EnumerateObject()
                    .OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    text.Append(separator);
                    Write(member.Name, text);
                    text.Append(':');
                    Write(member.Value, text);
                    separator = ",";
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (int i = 0; i < element.GetArrayLength(); i++)
                {
                    if (i > 0) text.Append(',');
                    Write(element[i], text);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(element.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(Number(element.GetDouble()));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static void Write(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char unit in value)
            text.Append(unit switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)unit:x4}",
                _ => unit.ToString(),
            });
        text.Append('"');
    }
}
