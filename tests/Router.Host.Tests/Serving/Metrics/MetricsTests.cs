using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Cli;
using Router.Host.Tests.Serving.Resilience;
using Tests;

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
            "dualrs_request_duration_seconds_count{address=\"/v2/models/{model}/infer\",outcome=\"answered\"} 1",
            "dualrs_request_duration_seconds_bucket{address=\"/v2/models/{model}/infer\",outcome=\"refused\","
            + "le=\"+Inf\"} 1",
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

    [Fact]
    public async Task What_the_cache_kept_and_which_networks_are_left_alone_is_told_here_and_by_status()
    {
        FaultyVoter expert = new("only", 1);
        Host.Serving.Operations.Resilience circuits = new(
            new() { Retries = 1, RetryDelay = TimeSpan.Zero, FaultsToOpen = 2 }, new ManualClock(), NullLogger.Instance,
            _ => { }, new BatchCap(asked: null));
        RoutedClassifier classifier = new(
            new Router.Estimator.Route("only", circuits.Of("only", expert, () => expert.PassRuns, () => { })));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(new(), new(
            classifier, [1, 1, 1], new() { Selection = 10, Estimation = 100, Resolution = 0 },
            ServedModel.FunctionsOf(classifier), secret: [1, 2, 3], TimeProvider.System,
            new AdmissionQueue(1, 1), owned: null)
        {
            Circuits = circuits, Cache = new(bytes: 1 << 20, stages: 1, outcomes: 2),
        });
        await daemon.PostAsync(ToyModel.Body);
        await daemon.PostAsync(ToyModel.Body);
        string text = await daemon.Client.GetStringAsync("/metrics");
        foreach (string line in (string[])
        [
            "dualrs_cache_lookups_total{outcome=\"hit\"} 1", "dualrs_cache_lookups_total{outcome=\"shared\"} 0",
            "dualrs_cache_lookups_total{outcome=\"miss\"} 1",
            "dualrs_circuit_open{network=\"only\"} 0", "dualrs_registry_epoch 1", "dualrs_registry_fault 0",
        ])
            Assert.Contains(line + "\n", text);
        Assert.Matches("dualrs_cache_bytes [1-9]", text);

        expert.Fault = VoterFault.OutOfMemory;
        for (int level = 1; level < 4; level++)
            await daemon.PostAsync(ToyModel.Body.Replace("[7]", $"[{level}]", StringComparison.Ordinal));
        text = await daemon.Client.GetStringAsync("/metrics");
        Assert.Contains("dualrs_circuit_open{network=\"only\"} 1\n", text);
        Assert.Contains("dualrs_ready 0\n", text);
        using Shell shell = new();
        Cli.Outcome told = await shell.RunAsync(
            "status", "--url", daemon.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        Assert.Equal(1, told.Code);
        Assert.Contains(": impeded, registry epoch 1\n", told.Out);
        Assert.Contains("only\tUNAVAILABLE: it failed repeatedly and is left alone for a while\t", told.Out);
        Assert.Contains("  cache     20.0 % of images were kept answers, nothing drawn\n", told.Out);
    }

    // The text format's grammar: comments, or a name, labels and a number.
    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? ([0-9.E+-]+|NaN|[+-]Inf))$""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
