using System.Net;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Cli;
using Router.Host.Tests.Serving.Metrics;

namespace Router.Host.Tests.Cluster;

/// <summary>What a worker tells of itself over HTTP.</summary>
public sealed class WorkerEndpointTests : IAsyncLifetime
{
    private readonly WorkerEndpoint _endpoint = new(
        ListenAddress.Parse("http://127.0.0.1:0"), telemetry: null, _ => { }, TimeProvider.System);

    private readonly HttpClient _client = new();

    public async ValueTask InitializeAsync()
    {
        await _endpoint.StartAsync();
        _client.BaseAddress = _endpoint.Addresses.Single();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    private async Task<HttpStatusCode> StatusAsync(string path) => (await _client.GetAsync(path)).StatusCode;

    [Fact]
    public async Task It_is_live_at_once_and_ready_while_it_votes()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/v2/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/v2/health/ready"));
        _endpoint.IsReady = true;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/v2/health/ready"));
        _endpoint.IsReady = false;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/v2/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/v2/health/live"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v2/models/dualrs/infer")]
    [InlineData("/v1/certify")]
    public async Task It_answers_nothing_else(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(path));

    [Fact]
    public async Task A_page_that_points_a_name_of_its_own_at_it_is_not_answered()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        request.Headers.Host = "stranger.example";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await _client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_metrics_are_read_by_Prometheus_own_parser(bool isOpenMetrics)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/metrics");
        if (isOpenMetrics) request.Headers.Add("Accept", "application/openmetrics-text");
        string text = await (await _client.SendAsync(request)).Content.ReadAsStringAsync();
        Assert.NotEmpty(await PrometheusParser.ParseAsync(text, isOpenMetrics));
        Assert.Contains("# TYPE dualrs_worker_ranges_inside gauge", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE dualrs_lane_waiting_samples gauge", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:8081", "a worker answers by http there")]
    [InlineData("somewhere", "cannot listen at 'somewhere'")]
    public async Task An_address_that_it_cannot_answer_at_is_refused_before_a_network_is_loaded(
        string urls, string why)
    {
        using Shell shell = new();
        Outcome outcome = await shell.RunAsync("worker", "--health-urls", urls);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(why, outcome.Error, StringComparison.Ordinal);
    }
}
