using System.Globalization;
using System.Text.RegularExpressions;

namespace Router.Host.Tests.Serving;

/// <summary>Bodies of inference requests.</summary>
internal static partial class InferBodies
{
    public static string Bytes(IEnumerable<byte> pixels, string shape, string parameters) =>
        Of("UINT8", shape, string.Join(",", pixels), parameters);

    public static string Of(string datatype, string shape, string data, string parameters) =>
        $$"""{"id":"a","parameters":{{{parameters}}},"inputs":[{"name":"image","shape":["""
        + $$"""{{shape}}],"datatype":"{{datatype}}","data":[{{data}}]}]}""";

    /// <summary>Replaces @N by N zeros.</summary>
    public static string Expand(string template) => Zeros().Replace(template, match =>
        string.Join(",", Enumerable.Repeat(
            "0", int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture))));

    [GeneratedRegex("@(?<count>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Zeros();
}
