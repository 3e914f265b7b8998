using System.Text.RegularExpressions;
using Router.Host.Serving;

namespace Router.Host.Tests.Serving.Metrics;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task Metrics_tell_what_was_asked_and_answered()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await daemon.PostAsync("""{"inputs":[{"name":"image","shape":[2,1,1,1],"datatype":"UINT8","data":[7,8]}]}""");
        await daemon.PostAsync("{}");
        await daemon.GetAsync("/nowhere/at/all?x=1");
        HttpResponseMessage response = await daemon.Client.GetAsync("/metrics");
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        foreach (string line in (string[])
        [
            "# TYPE dualrs_request_duration_seconds histogram",
            "dualrs_requests_total{address=\"/v2/models/{model}/infer\",outcome=\"answered\"} 1",
            "dualrs_requests_total{address=\"/v2/models/{model}/infer\",outcome=\"refused\"} 1",
            "dualrs_requests_total{address=\"none\",outcome=\"refused\"} 1",
            "dualrs_request_duration_seconds_count{address=\"/v2/models/{model}/infer\"} 2",
            "dualrs_request_duration_seconds_bucket{address=\"/v2/models/{model}/infer\",le=\"+Inf\"} 2",
            "dualrs_queue_duration_seconds_count{model=\"dualrs\"} 1",
            "dualrs_images_total{model=\"dualrs\",route=\"e1\"} 2",
            "dualrs_samples_count{model=\"dualrs\"} 2",
            "dualrs_certified_radius_bucket{model=\"dualrs\",route=\"e1\",le=\"0\"} 0",
            "dualrs_certified_radius_bucket{model=\"dualrs\",route=\"e1\",le=\"4\"} 2",
            "# TYPE dualrs_abstentions_total counter",
            "# TYPE dualrs_ready gauge",
            "dualrs_ready 1",
            "dualrs_images_in_flight 0",
            "dualrs_requests_waiting 0",
            "# TYPE process_cpu_seconds_total counter",
            "# TYPE dualrs_device_memory_bytes gauge",
            "# TYPE dualrs_batch_fill_ratio histogram",
        ])
            Assert.Contains(line + "\n", text);
        Assert.Contains("dualrs_limiting_stage_total{model=\"dualrs\",stage=", text);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Matches(Sample(), line));
    }

    // The text format's grammar: comments, or a name, labels and a number.
    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? ([0-9.E+-]+|NaN|[+-]Inf))$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
