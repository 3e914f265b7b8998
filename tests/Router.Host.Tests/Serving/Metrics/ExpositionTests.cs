using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Metrics;

public sealed class ExpositionTests
{
    private const string OpenMetrics = "application/openmetrics-text";

    [Theory]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("no type at all", false)]
    [InlineData(OpenMetrics, true)]
    [InlineData("application/openmetrics-text; version=\"1.0.0\"", true)]
    [InlineData("application/openmetrics-text; version=0.0.1, text/plain;version=0.0.4;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0.4, text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    // What Prometheus 2.42 and 3 send.
    [InlineData(
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
        + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        true)]
    [InlineData(
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        true)]
    public void OpenMetrics_is_for_those_who_ask_for_it(string accept, bool expected) =>
        Assert.Equal(expected, ExpositionFormat.Asked(new StringValues(accept)).IsOpenMetrics);

    [Fact]
    public async Task Both_formats_are_read_by_a_parser_of_Prometheus_and_hold_the_same_numbers()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await daemon.PostAsync("""{"inputs":[{"name":"image","shape":[2,1,1,1],"datatype":"UINT8","data":[7,8]}]}""");
        await daemon.PostAsync("{}");
        // Asking changes counts: the same text is read under both names of its counters.
        Dictionary<string, string> plain = Numbers(
            await PrometheusParser.ParseAsync(await MetricsAsync(daemon, "text/plain"), isOpenMetrics: false));
        Dictionary<string, string> open = Numbers(
            await PrometheusParser.ParseAsync(await MetricsAsync(daemon, OpenMetrics), isOpenMetrics: true));
        string[] Ours(Dictionary<string, string> numbers) =>
            [.. numbers.Where(number => number.Key.Contains("model", StringComparison.Ordinal))
                .Select(number => $"{number.Key} {number.Value}").Order(StringComparer.Ordinal)];
        Assert.Equal(Ours(plain), Ours(open));
        Assert.Equal("2.0", open["""dualrs_images_total{"model":"dualrs","route":"e1"}"""]);
        Assert.Equal("2.0", open["""dualrs_certified_radius_bucket{"model":"dualrs","route":"e1","le":"4"}"""]);
    }

    [Fact]
    public async Task A_bucket_shows_the_trace_of_a_request_in_it()
    {
        ActivityTraceId trace = ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c");
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> asked) =>
                asked.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        using HttpRequestMessage request = new(
            HttpMethod.Post, RunningDaemon.Infer) { Content = RunningDaemon.Text(ToyModel.Body) };
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        Assert.True((await daemon.Client.SendAsync(request)).IsSuccessStatusCode);
        string text = await MetricsAsync(daemon, OpenMetrics);
        JsonArray families = await PrometheusParser.ParseAsync(text, isOpenMetrics: true);
        JsonNode[] shown = [.. Samples(families).Where(sample => sample["exemplar"] is not null)];
        Assert.All(shown, sample =>
            Assert.Equal(trace.ToString(), (string?)sample["exemplar"]!["labels"]!["trace_id"]));
        foreach (string name in (string[])["dualrs_request_duration_seconds_bucket",
            "dualrs_queue_duration_seconds_bucket", "dualrs_samples_bucket", "dualrs_certified_radius_bucket"])
            Assert.Single(shown, sample => (string?)sample["name"] == name);
        Assert.Equal(220, (double)Assert.Single(
            shown, sample => (string?)sample["name"] == "dualrs_samples_bucket")["exemplar"]!["value"]!);
        Assert.DoesNotContain("trace_id", await MetricsAsync(daemon, "text/plain"));
    }

    [Fact]
    public async Task Buckets_count_what_is_at_most_their_bound_and_labels_are_escaped()
    {
        using Meter meter = new("a meter of this test");
        using PrometheusText text = new(new ManualClock(), meter);
        Histogram<double> histogram = meter.CreateHistogram(
            "h", unit: null, "H.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2.5] });
        foreach (double value in (double[])[0.5, 1, 2, 3])
            histogram.Record(value, new KeyValuePair<string, object?>("name", "a\"b\\c\nd"));
        string written = text.Write(ExpositionFormat.OpenMetrics);
        Assert.Equal(
            """
            # HELP h H.
            # TYPE h histogram
            h_bucket{name="a\"b\\c\nd",le="1.0"} 2
            h_bucket{name="a\"b\\c\nd",le="2.5"} 3
            h_bucket{name="a\"b\\c\nd",le="+Inf"} 4
            h_sum{name="a\"b\\c\nd"} 6.5
            h_count{name="a\"b\\c\nd"} 4
            # EOF

            """, written);
        JsonNode family = Assert.Single(await PrometheusParser.ParseAsync(written, isOpenMetrics: true))!;
        Assert.All(Samples([family.DeepClone()]),
            sample => Assert.Equal("a\"b\\c\nd", (string?)sample["labels"]!["name"]));
    }

    [Fact]
    public void What_is_observed_no_more_is_shown_no_more()
    {
        using Meter meter = new("a meter of this test");
        using PrometheusText text = new(new ManualClock(), meter);
        string[] devices = ["cpu", "cuda:0"];
        meter.CreateObservableGauge("memory", () => devices.Select(device =>
            new Measurement<long>(1, new KeyValuePair<string, object?>("device", device))), description: "M.");
        Assert.Contains("memory{device=\"cuda:0\"} 1\n", text.Write(ExpositionFormat.Text));
        devices = ["cpu"];
        Assert.Equal("# HELP memory M.\n# TYPE memory gauge\nmemory{device=\"cpu\"} 1\n",
            text.Write(ExpositionFormat.Text));
    }

    private static async Task<string> MetricsAsync(RunningDaemon daemon, string accept)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.Add("Accept", accept);
        using HttpResponseMessage response = await daemon.Client.SendAsync(request);
        Assert.Equal((accept, "Accept"),
            (response.Content.Headers.ContentType!.MediaType, string.Join(',', response.Headers.Vary)));
        return await response.Content.ReadAsStringAsync();
    }

    private static IEnumerable<JsonNode> Samples(JsonArray families) =>
        families.SelectMany(family => family!["samples"]!.AsArray()).Select(sample => sample!);

    // A bound is 4 in one format and 4.0 in the other.
    private static Dictionary<string, string> Numbers(JsonArray families) => Samples(families).ToDictionary(
        sample => $"{sample["name"]}{sample["labels"]!.ToJsonString()}".Replace(".0\"", "\"", StringComparison.Ordinal),
        sample => (string)sample["value"]!);
}
