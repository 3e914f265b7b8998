using DualRS.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Inference;

namespace Router.Host.Tests.Serving.Grpc;

/// <summary>A client of one daemon, on one connection.</summary>
internal sealed class GrpcClient : IDisposable
{
    private readonly GrpcChannel _channel;

    public GrpcClient(Uri address, HttpMessageHandler? handler = null)
    {
        _channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler, DisposeHttpClient = true });
        (Models, Certifier, Health) = (new(_channel), new(_channel), new(_channel));
    }

    public GrpcChannel Channel => _channel;

    public GRPCInferenceService.GRPCInferenceServiceClient Models { get; }

    public Certifier.CertifierClient Certifier { get; }

    public Health.HealthClient Health { get; }

    /// <summary>A request about the toy model's one pixel.</summary>
    public static ModelInferRequest Pixel() => Request([7], 1, 1, 1);

    /// <summary>A request about raw levels.</summary>
    public static ModelInferRequest Request(byte[] levels, params long[] shape) => new()
    {
        ModelName = "dualrs", Inputs = { new ModelInferRequest.Types.InferInputTensor
        {
            Name = "image", Datatype = "UINT8", Shape = { shape },
        } },
        RawInputContents = { ByteString.CopyFrom(levels) },
    };

    /// <summary>What a key is sent as.</summary>
    public static Metadata KeyOf(string key) => new() { { "authorization", $"Bearer {key}" } };

    /// <summary>How a call fails.</summary>
    public static async Task<Status> FailureAsync<T>(AsyncUnaryCall<T> call) =>
        (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync.WaitAsync(RunningDaemon.Patience))).Status;

    public void Dispose() => _channel.Dispose();
}
