using System.Net;
using System.Net.Security;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Serving.Transport;

namespace Router.Host.Tests.Serving.Grpc;

public sealed class GrpcListenerTests
{
    [Fact]
    public async Task An_address_for_gRPC_answers_nothing_else_and_no_other_answers_gRPC()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using HttpClient http2 = new()
        {
            BaseAddress = daemon.GrpcAddress, Timeout = RunningDaemon.Patience,
            DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        HttpResponseMessage page = await http2.GetAsync("/v2");
        Assert.Equal($"{(int)StatusCode.Unimplemented}", page.Headers.GetValues("grpc-status").Single());
        Assert.Equal("", await page.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await daemon.Client.PostAsync(
            "/inference.GRPCInferenceService/ServerLive", new ByteArrayContent([]))).StatusCode);
    }

    [Fact]
    public async Task A_method_that_is_not_offered_is_UNIMPLEMENTED()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Method<byte[], byte[]> method = new(
            MethodType.Unary, "inference.GRPCInferenceService", "ModelConfig",
            Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));
        Status status = await GrpcClient.FailureAsync(
            client.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, []));
        Assert.Equal(StatusCode.Unimplemented, status.StatusCode);
        Assert.StartsWith("there is no method /inference.GRPCInferenceService/ModelConfig here", status.Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_are_answered_over_TLS()
    {
        using TestCertificate files = new();
        files.Write("one");
        await using Daemon daemon = new(
            [new(IPAddress.Loopback, 0, IsSecure: true) { IsGrpc = true }], new(), TimeProvider.System,
            logging => logging.AddFilter("Microsoft", LogLevel.None),
            transport: new() { Certificate = new(files.Certificate, files.Key, password: null) });
        await daemon.StartAsync(CancellationToken.None);
        SocketsHttpHandler trusting = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
        };
        using GrpcClient client = new(daemon.Addresses.Single(), trusting);
        Assert.True((await client.Models.ServerLiveAsync(new())).Live);
    }

    [Fact]
    public async Task A_call_under_another_name_is_refused()
    {
        IReadOnlyList<ListenAddress> addresses = [new(IPAddress.Loopback, 0) { IsGrpc = true }];
        await using Daemon daemon = new(
            addresses, new(), TimeProvider.System, logging => logging.AddFilter("Microsoft", LogLevel.None),
            transport: new() { GrpcHosts = Router.Host.Serving.Http.HostNames.Of(addresses, written: null) });
        await daemon.StartAsync(CancellationToken.None);
        using GrpcClient client = new(daemon.Addresses.Single(), new Renamed(new SocketsHttpHandler()));
        Status status = await GrpcClient.FailureAsync(client.Models.ServerLiveAsync(new()));
        Assert.Equal(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.StartsWith("this server does not answer to the name 'rebound.example'", status.Detail,
            StringComparison.Ordinal);
    }

    private sealed class Renamed(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = "rebound.example";
            return base.SendAsync(request, cancellationToken);
        }
    }
}
