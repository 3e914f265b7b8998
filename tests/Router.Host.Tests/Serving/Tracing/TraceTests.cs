using System.Globalization;
using System.Net;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving.Tracing;

public sealed class TraceTests
{
    private const ulong Server = 2, Error = 2;
    private const string Caller = "b7ad6b7169203331";

    private static readonly ServingLimits Limits = new();

    [Fact]
    public async Task A_request_is_one_trace_that_goes_on_with_the_callers()
    {
        string trace = Trace(1);
        await using Collector collector = await Collector.StartAsync();
        await using (RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits), telemetry: collector.Settings))
        {
            await AskAsync(daemon, trace, state: "vendor=kept");
            await daemon.GetAsync("/v2/health/ready");
            await daemon.Client.GetStringAsync("/metrics");
        }
        SentSpan[] spans = [.. collector.Spans.Where(span => span.Trace == trace)];
        SentSpan server = Assert.Single(spans, span => span.Kind == Server);
        Assert.Equal((Caller, "vendor=kept", "POST /v2/models/{model}/infer", "200"),
            (server.Parent, server.State, server.Name, server.Attributes["http.response.status_code"]));
        Assert.Equal(("dualrs", Versions.Program),
            (server.Resource["service.name"], server.Resource["service.version"]));
        Assert.Equal((server.Id, "turn"), (Assert.Single(spans, span => span.Name == "queue") is var queue
            ? queue.Parent : "", queue.Attributes["dualrs.outcome"]));
        SentSpan image = Assert.Single(spans, span => span.Name == "certify");
        Assert.Equal(server.Id, image.Parent);
        foreach ((string name, string expected) in (IEnumerable<(string, string)>)
        [
            ("model", "dualrs"), ("mode", "certify"), ("mix", "e0,e1"), ("image", "0"), ("n0", "10"), ("n", "100"),
            ("alpha", "0.001"), ("route", "e1"), ("class", "1"), ("samples", "220"),
        ])
            Assert.Equal((name, expected), (name, image.Attributes[$"dualrs.{name}"]));
        Assert.InRange(double.Parse(image.Attributes["dualrs.radius"], CultureInfo.InvariantCulture), .1, 2);
        Assert.Contains("dualrs.limiting_stage", image.Attributes);
        SentSpan[] draws = [.. spans.Where(span => span.Parent == image.Id)];
        Assert.Equal(["draw e1", "draw router"],
            draws.Select(span => span.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(220, draws.Sum(
            span => int.Parse(span.Attributes["dualrs.samples"], CultureInfo.InvariantCulture)));
        Assert.All(draws, span => Assert.Equal(
            (span.Name == "draw router" ? "router" : "expert", "toy", "0.5"),
            (span.Attributes["dualrs.stage"], span.Attributes["dualrs.function"], span.Attributes["dualrs.sigma"])));
        Assert.Equal(2 + 1 + draws.Length, spans.Length);
        // Probes and scrapes are no traces.
        Assert.DoesNotContain(collector.Spans, span => span.Attributes.TryGetValue("url.path", out string? path)
            && path is "/metrics" or "/v2/health/ready");
        Assert.Contains("dualrs_requests_total", collector.Metrics.Keys);
    }

    [Fact]
    public async Task Spans_of_requests_at_the_same_time_do_not_mix()
    {
        TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ToyVoter expert = new(_ => open.Task);
        string[] traces = [.. Enumerable.Range(10, 6).Select(Trace)];
        await using Collector collector = await Collector.StartAsync();
        await using (RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits, expert), telemetry: collector.Settings))
        {
            Task[] asked = [.. traces.Select(trace => AskAsync(daemon, trace))];
            await expert.Asked;
            open.SetResult();
            await Task.WhenAll(asked);
        }
        foreach (string trace in traces)
        {
            SentSpan[] spans = [.. collector.Spans.Where(span => span.Trace == trace)];
            Assert.Equal(Caller, Assert.Single(spans, span => span.Kind == Server).Parent);
            Assert.Single(spans, span => span.Name == "certify");
            Assert.All(spans, span =>
                Assert.True(span.Parent == Caller || spans.Any(other => other.Id == span.Parent)));
            Assert.Equal(220, spans.Where(span => span.Name.StartsWith("draw ", StringComparison.Ordinal))
                .Sum(span => int.Parse(span.Attributes["dualrs.samples"], CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public async Task A_trace_that_the_caller_does_not_keep_is_not_sent()
    {
        await using Collector collector = await Collector.StartAsync();
        await using (RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits), telemetry: collector.Settings))
        {
            await AskAsync(daemon, Trace(2), kept: false);
            await AskAsync(daemon, Trace(3));
        }
        Assert.Contains(collector.Spans, span => span.Trace == Trace(3));
        Assert.DoesNotContain(collector.Spans, span => span.Trace == Trace(2));
    }

    [Fact]
    public async Task A_stream_is_one_span_that_tells_why_it_ended()
    {
        await using Collector collector = await Collector.StartAsync();
        await using (RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits), telemetry: collector.Settings))
        {
            using HttpRequestMessage request = Request("/v1/certify", Trace(4));
            request.Headers.Add("Accept", "text/event-stream");
            Assert.Contains("event: end", await (await daemon.Client.SendAsync(request)).Content.ReadAsStringAsync());
        }
        SentSpan[] spans = [.. collector.Spans.Where(span => span.Trace == Trace(4))];
        SentSpan image = Assert.Single(spans, span => span.Name == "certify");
        Assert.Equal((spans.Single(span => span.Kind == Server).Id, "e1"),
            (image.Parent, image.Attributes["dualrs.route"]));
        Assert.Contains("dualrs.stopped", image.Attributes);
        Assert.Contains(spans, span => span.Name == "draw e1" && span.Parent == image.Id);
    }

    [Fact]
    public async Task A_draw_that_fails_says_so_and_so_does_its_image()
    {
        ToyVoter broken = new(_ => throw new InvalidOperationException("this draw fails"));
        await using Collector collector = await Collector.StartAsync();
        await using (RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits, broken), telemetry: collector.Settings))
            await AskAsync(daemon, Trace(5), expected: HttpStatusCode.InternalServerError);
        foreach (string name in (string[])["draw e1", "certify", "POST /v2/models/{model}/infer"])
            Assert.Equal(Error, Assert.Single(
                collector.Spans, span => span.Trace == Trace(5) && span.Name == name).Status);
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_traced_and_with_one_that_is_away_requests_are_answered()
    {
        Assert.Null(TelemetrySettings.Of(
            collector: null, share: 1, Surroundings.OfProcess() with { Variable = _ => null }));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits), telemetry: new(new Uri("http://127.0.0.1:1")));
        await AskAsync(daemon, Trace(6));
    }

    [Fact]
    public async Task The_collector_gets_the_headers_of_the_environment()
    {
        await using Collector collector = await Collector.StartAsync();
        Dictionary<string, string> environment = new(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Settings.Collector.ToString(),
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=secret",
        };
        TelemetrySettings settings = TelemetrySettings.Of(
            collector: null, share: 1, Surroundings.OfProcess() with { Variable = environment.GetValueOrDefault })!;
        await using (RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Routed(Limits), telemetry: settings))
            await AskAsync(daemon, Trace(7));
        Assert.NotEmpty(collector.Headers);
        Assert.All(collector.Headers, headers => Assert.Equal("secret", headers["api-key"]));
    }

    [Theory]
    [InlineData("http://collector:4318", "http://collector:4318/v1/traces")]
    [InlineData("https://collector/otlp/", "https://collector/otlp/v1/traces")]
    public void Signals_have_addresses_below_the_collectors(string collector, string expected) =>
        Assert.Equal(expected, new TelemetrySettings(new Uri(collector)).AddressOf("traces").ToString());

    [Theory]
    [InlineData("collector:4318")]
    [InlineData("grpc://collector:4317")]
    [InlineData("4318")]
    public void Anything_else_is_no_collector(string collector) => Assert.StartsWith(
        $"cannot send traces to '{collector}' (--otlp): accepted is ",
        Assert.Throws<BadInputException>(
            () => TelemetrySettings.Of(collector, share: 1, Surroundings.OfProcess())).Message);

    private static string Trace(int number) => $"0af7651916cd43dd8448eb21{number:x8}";

    private static HttpRequestMessage Request(string address, string trace, bool kept = true)
    {
        HttpRequestMessage request = new(HttpMethod.Post, address) { Content = RunningDaemon.Text(ToyModel.Body) };
        request.Headers.Add("traceparent", $"00-{trace}-{Caller}-{(kept ? "01" : "00")}");
        return request;
    }

    private static async Task AskAsync(RunningDaemon daemon, string trace, string? state = null, bool kept = true,
        HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpRequestMessage request = Request(RunningDaemon.Infer, trace, kept);
        if (state is not null) request.Headers.Add("tracestate", state);
        using HttpResponseMessage response = await daemon.Client.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }
}
