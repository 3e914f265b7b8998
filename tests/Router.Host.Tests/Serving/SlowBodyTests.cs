using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using DualRS.V1;
using Google.Protobuf;
using Grpc.Core;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Serving.Grpc;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Bodies that come slowly. A server says when it begins to read one (RFC 9110, section 10.1.1).</summary>
public sealed class SlowBodyTests
{
    [Theory]
    [InlineData(RunningDaemon.Infer, "application/json")]
    [InlineData("/v1/certify", "image/png")]
    [InlineData("/v2/repository/index", "application/json")]
    public async Task A_body_that_does_not_come_in_its_time_is_given_up(string address, string type)
    {
        ServingLimits limits = new();
        ManualClock clock = new();
        await using RunningDaemon daemon = await StartAsync(limits, clock);
        using RawConnection connection = await AskedForAsync(daemon, address, type, length: 100);
        await connection.SendAsync("{\"inputs\":");
        clock.Advance(limits.BodyTime - TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);
        clock.Advance(TimeSpan.FromTicks(1));
        string answer = await connection.ReadAsync();
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        while (!answer.Contains('}')) answer += await connection.ReadAsync();
        Assert.Contains("{\"error\":\"the body did not come within 76 s: send it faster, or less at once\"}", answer,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_does_not_come_in_its_time_is_DEADLINE_EXCEEDED()
    {
        ServingLimits limits = new();
        ManualClock clock = new();
        await using RunningDaemon daemon = await StartAsync(limits, clock);
        HttpResponseMessage answer = await CallAsync(daemon, new AskedBody(async (body, end) =>
        {
            await body.WriteAsync(new byte[1], end);
            await body.FlushAsync(end);
            clock.Advance(limits.BodyTime);
            await Task.Delay(Timeout.Infinite, end);
        }));
        Assert.Equal($"{(int)StatusCode.DeadlineExceeded}", answer.Headers.GetValues("grpc-status").Single());
        Assert.StartsWith("the body did not come within 76 s", answer.Headers.GetValues("grpc-message").Single(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunningDaemon.Infer)]
    [InlineData("/v1/certify")]
    public async Task A_deadline_counts_from_the_arrival_of_a_request_whose_body_comes_late(string address)
    {
        Jumping clock = new();
        await using RunningDaemon daemon = await StartAsync(new(), clock);
        string body = ToyModel.Body.Insert(1, "\"parameters\":{\"deadline_ms\":100000},");
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(body, address)).Status);
        using RawConnection connection = await AskedForAsync(daemon, address, "application/json", body.Length);
        clock.Jump(TimeSpan.FromSeconds(101));
        await connection.SendAsync(body);
        string answer = await connection.ReadAsync();
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        while (!answer.Contains('}')) answer += await connection.ReadAsync();
        Assert.Contains("the deadline passed before ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callers_time_counts_from_the_arrival_of_a_call_whose_message_comes_late(bool certify)
    {
        Jumping clock = new();
        await using RunningDaemon daemon = await StartAsync(new(), clock);
        byte[] message = certify
            ? new CertifyRequest { Levels = ByteString.CopyFrom(7) }.ToByteArray() : GrpcClient.Pixel().ToByteArray();
        string method = certify ? "dualrs.v1.Certifier/Certify" : "inference.GRPCInferenceService/ModelInfer";
        HttpResponseMessage answer = await CallAsync(daemon, new AskedBody(async (body, end) =>
        {
            clock.Jump(TimeSpan.FromSeconds(101));
            await body.WriteAsync((byte[])[0, 0, 0, 0, (byte)message.Length, .. message], end);
        }), method, timeout: "100S");
        await answer.Content.ReadAsByteArrayAsync();
        HttpResponseHeaders told = answer.Headers.Contains("grpc-status") ? answer.Headers : answer.TrailingHeaders;
        Assert.Equal($"{(int)StatusCode.DeadlineExceeded}", told.GetValues("grpc-status").Single());
        Assert.StartsWith("the deadline passed before ", told.GetValues("grpc-message").Single(),
            StringComparison.Ordinal);
    }

    // Real time, that is suddenly later for who measures how long something takes.
    private sealed class Jumping : TimeProvider
    {
        private long _jumped;

        public void Jump(TimeSpan by) => Interlocked.Add(
            ref _jumped, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _jumped);
    }

    private static async Task<RunningDaemon> StartAsync(ServingLimits limits, TimeProvider clock)
    {
        RunningDaemon daemon = await RunningDaemon.StartAsync(
            limits, (_, _) => Task.FromResult(ToyModel.Routed(limits)), clock: clock, grpc: true);
        await daemon.Log.Of(2);
        return daemon;
    }

    // A request whose body the server has begun to read.
    private static async Task<RawConnection> AskedForAsync(
        RunningDaemon daemon, string address, string type, int length)
    {
        RawConnection connection = await RawConnection.OpenAsync(daemon.Client.BaseAddress!.Port);
        await connection.SendAsync(string.Create(CultureInfo.InvariantCulture,
            $"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\n"
            + $"Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 100 ", await connection.ReadAsync(), StringComparison.Ordinal);
        return connection;
    }

    private static async Task<HttpResponseMessage> CallAsync(
        RunningDaemon daemon, AskedBody body, string method = "inference.GRPCInferenceService/ModelInfer",
        string? timeout = null)
    {
        using HttpClient http2 = new(new SocketsHttpHandler { Expect100ContinueTimeout = RunningDaemon.Patience })
        {
            BaseAddress = daemon.GrpcAddress, Timeout = RunningDaemon.Patience,
        };
        using HttpRequestMessage call = new(HttpMethod.Post, "/" + method)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body,
        };
        call.Headers.ExpectContinue = true;
        if (timeout is not null) call.Headers.Add("grpc-timeout", timeout);
        return await http2.SendAsync(call);
    }

    // A message that is written once the server reads it.
    private sealed class AskedBody : HttpContent
    {
        private readonly Func<Stream, CancellationToken, Task> _write;

        public AskedBody(Func<Stream, CancellationToken, Task> write)
        {
            _write = write;
            Headers.ContentType = new("application/grpc");
        }

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _write(stream, cancellationToken);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
