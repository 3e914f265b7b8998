using System.Text.Json.Nodes;
using Tests;

namespace Router.Host.Tests.Serving.Metrics;

/// <summary>
/// Prometheus' own parsers, those of its client library for Python (Debian: python3-prometheus-client).
/// </summary>
internal static class PrometheusParser
{
    private const string Python = "/usr/bin/python3";

    private const string Program = """
        import json, sys
        from prometheus_client.openmetrics import parser as openmetrics
        from prometheus_client import parser as text
        parser = openmetrics if sys.argv[1] == "openmetrics" else text
        families = parser.text_string_to_metric_families(sys.stdin.read())
        print(json.dumps([{
            "name": family.name, "type": family.type, "help": family.documentation, "samples": [{
                "name": sample.name, "labels": sample.labels, "value": str(float(sample.value)),
                "exemplar": sample.exemplar and {
                    "labels": sample.exemplar.labels, "value": sample.exemplar.value,
                    "at": float(sample.exemplar.timestamp)}}
                for sample in family.samples]} for family in families]))
        """;

    /// <summary>
    /// The families of a text; the parser's complaint fails the test. Skips the test where there is no parser.
    /// </summary>
    public static async Task<JsonArray> ParseAsync(string text, bool isOpenMetrics)
    {
        Assert.SkipUnless(await IsInstalledAsync(), "needs python3-prometheus-client");
        (int code, string output, string error) = await RunAsync(Program, isOpenMetrics ? "openmetrics" : "text", text);
        Assert.True(code == 0, error);
        return JsonNode.Parse(output)!.AsArray();
    }

    private static async Task<bool> IsInstalledAsync() =>
        File.Exists(Python) && (await RunAsync("import prometheus_client.openmetrics.parser", "", "")).Code == 0;

    private static Task<(int Code, string Out, string Error)> RunAsync(
        string program, string argument, string input) =>
        OtherProgram.RunAsync(new(Python, ["-c", program, argument]), input);
}
