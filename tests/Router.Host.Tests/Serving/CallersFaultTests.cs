using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Serving.Transport;

namespace Router.Host.Tests.Serving;

/// <summary>
/// What is wrong with a request is its caller's fault: never a failure of the server in its answer, its log or its
/// metrics.
/// </summary>
public sealed class CallersFaultTests
{
    private const int Refused = 11, CallerGone = 12, Failed = 14;
    private const string FailedRequests = "dualrs_requests_total{[^}]*outcome=\"failed\"";

    private const string Head =
        "POST /v2/models/dualrs/infer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
        + "application/json\r\n";
    private const string Tensor = """{"name":"image","shape":[1,1,1],"datatype":"UINT8","data":[7]}""";

    [Theory]
    [InlineData("/v2/repository/models/e0/load", """{"parameters":{"a":1,"a":2}}""", "a")]
    [InlineData("/v2/repository/models/e0/load", """{"parameters":{"config":{"b":1,"b":2}}}""", "b")]
    [InlineData("/v2/repository/models/e0/unload",
        """{"parameters":{"unload_dependents":true,"unload_dependents":false}}""", "unload_dependents")]
    [InlineData("/v2/repository/index", """{"ready":true,"ready":false}""", "ready")]
    [InlineData(RunningDaemon.Infer, """{"parameters":{"estimation":20,"estimation":30},"inputs":[@]}""", "estimation")]
    [InlineData(RunningDaemon.Infer, """{"parameters":{"seed":1,"s\u0065ed":2},"inputs":[@]}""", "seed")]
    [InlineData(RunningDaemon.Infer, """{"inputs":[@],"inputs":[@]}""", "inputs")]
    [InlineData(RunningDaemon.Infer,
        """{"inputs":[{"name":"image","shape":[1,1,1],"shape":[1,1,1],"datatype":"UINT8","data":[7]}]}""", "shape")]
    [InlineData(RunningDaemon.Infer,
        """{"inputs":[{"name":"image","shape":[1,1,1],"datatype":"UINT8","data":[7],"data":[8]}]}""", "data")]
    [InlineData(RunningDaemon.Infer, """{"inputs":[@],"outputs":[{"name":"class","name":"radius"}]}""", "name")]
    [InlineData(RunningDaemon.Infer, """{"parameters":{"theirs":[{"c":1,"c":1}]},"inputs":[@]}""", "c")]
    [InlineData("/v1/certify", """{"parameters":{"seed":1,"seed":1},"inputs":[@]}""", "seed")]
    public async Task A_name_that_an_object_has_twice_is_400_and_named(string address, string body, string name)
    {
        await using RunningDaemon daemon = await ReadyAsync();
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(
            body.Replace("@", Tensor, StringComparison.Ordinal), address);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith($"'{name}' stands twice in one object, again at byte ", (string?)answer["error"],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"parameters":[]}""")]
    [InlineData("""{"parameters":7}""")]
    [InlineData("""{"parameters":{"\ud800":1}}""")]
    [InlineData("[]")]
    public async Task What_is_no_body_of_load_and_unload_is_400(string body)
    {
        await using RunningDaemon daemon = await ReadyAsync();
        foreach (string action in (string[])["load", "unload"])
            Assert.Equal(HttpStatusCode.BadRequest,
                (await daemon.PostAsync(body, $"/v2/repository/models/e0/{action}")).Status);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-5\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}x")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\nzz\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Encoding: deflate\r\n\r\nffffffffffffffff\r\n{}")]
    [InlineData("Content-Length: 100\r\n\r\n{")]
    [InlineData("Content-Length: 100\r\nContent-Encoding: deflate\r\n\r\nx")]
    public async Task A_body_that_breaks_off_or_whose_chunks_are_none_is_no_failure(string rest)
    {
        await using RunningDaemon daemon = await ReadyAsync();
        using RawConnection connection = await RawConnection.OpenAsync(daemon.Client.BaseAddress!.Port);
        await connection.SendAsync(Head + rest, andNoMore: true);
        string answer = await connection.ReadToEndAsync();
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), answer);
        await AssertNothingFailedAsync(daemon);
    }

    [Fact]
    public async Task A_connection_that_is_reset_in_the_middle_of_a_body_is_no_failure()
    {
        await using RunningDaemon daemon = await ReadyAsync();
        using RawConnection connection = await RawConnection.OpenAsync(daemon.Client.BaseAddress!.Port);
        await connection.SendAsync(Head + "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
        // The request has begun: what is reset before that is no request, and nothing is logged.
        Assert.StartsWith("HTTP/1.1 100 Continue", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.SendAsync("{");
        connection.Reset();
        await await Task.WhenAny(daemon.Log.Of(Refused), daemon.Log.Of(CallerGone));
        await AssertNothingFailedAsync(daemon);
    }

    [Fact]
    public async Task A_stream_of_HTTP_2_that_is_reset_in_the_middle_of_a_body_is_no_failure()
    {
        using TestCertificate files = new();
        files.Write("one");
        LoggedLines log = new();
        ServingLimits limits = new();
        await using Daemon daemon = new(
            [new(IPAddress.Loopback, 0, IsSecure: true)], limits, TimeProvider.System,
            logging => logging.AddProvider(log).AddFilter("Microsoft", LogLevel.None),
            transport: new() { Certificate = new(files.Certificate, files.Key, password: null) });
        await daemon.StartAsync(CancellationToken.None);
        using CancellationTokenSource stop = new();
        Task serving = daemon.ServeAsync((_, _) => Task.FromResult(ToyModel.Routed(limits)), stop.Token);
        await log.Of(2);
        using SocketsHttpHandler trusting = new();
        trusting.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using HttpClient client = new(trusting)
        {
            BaseAddress = daemon.Addresses.Single(), Timeout = RunningDaemon.Patience,
            DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => client.PostAsync(RunningDaemon.Infer, new BreakingContent()));
        await await Task.WhenAny(log.Of(Refused), log.Of(CallerGone), log.Of(Failed));
        Assert.DoesNotMatch(FailedRequests, await client.GetStringAsync("/metrics"));
        Assert.False(log.Has(Failed));
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_deadline_is_the_callers_limit_and_not_the_servers()
    {
        ServingLimits limits = new();
        ToyVoter silent = new(cancelled => Task.Delay(Timeout.Infinite, cancelled));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(silent, limits));
        string body = "{\"parameters\":{\"deadline_ms\":20}," + ToyModel.Body[1..];
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await daemon.PostAsync(body)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await daemon.PostAsync(body, "/v1/certify")).Status);
        string metrics = await daemon.Client.GetStringAsync("/metrics");
        Assert.Contains("dualrs_requests_total{address=\"/v2/models/{model}/infer\",outcome=\"late\"} 1\n", metrics);
        Assert.Contains("dualrs_requests_total{address=\"/v1/certify\",outcome=\"late\"} 1\n", metrics);
        Assert.DoesNotContain("unavailable", metrics);
    }

    private static Task<RunningDaemon> ReadyAsync()
    {
        ServingLimits limits = new();
        return RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
    }

    private static async Task AssertNothingFailedAsync(RunningDaemon daemon)
    {
        Assert.DoesNotMatch(FailedRequests, await daemon.Client.GetStringAsync("/metrics"));
        Assert.False(daemon.Log.Has(Failed));
    }

    // A body that its sender gives up half-way: HTTP/2 resets the stream then.
    private sealed class BreakingContent : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{"u8.ToArray());
            await stream.FlushAsync();
            throw new IOException("the sender gives up");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
