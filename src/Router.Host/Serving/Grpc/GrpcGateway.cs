using Grpc.AspNetCore.Server;
using Grpc.Reflection;
using Router.Host.Serving.Operations;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Router.Host.Serving.Grpc;

/// <summary>Everything that is answered over gRPC, by the same ways as over HTTP.</summary>
/// <param name="Inference">The Open Inference Protocol.</param>
/// <param name="Certifier">Certificates that grow.</param>
/// <param name="Health">Whether the server serves.</param>
/// <param name="Faults">Makes faults statuses.</param>
/// <param name="Body">Reads messages.</param>
internal sealed record GrpcGateway(
    InferenceService Inference, CertifierService Certifier, HealthService Health, CallFaults Faults, MessageBody Body)
{
    /// <summary>Every service that is described; the reflection service describes them.</summary>
    public static IReadOnlyCollection<ServiceDescriptor> Services { get; } =
    [
        global::Inference.GRPCInferenceService.Descriptor, global::DualRS.V1.Certifier.Descriptor,
        global::Grpc.Health.V1.Health.Descriptor,
    ];

    // Of a question for a file, a symbol or an extension, which may be asked for as long as the call is open.
    private const int ReflectionBytes = 4 << 10;

    /// <summary>Adds what answers calls.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="limits">How long a message may be.</param>
    /// <param name="gateway">What answers, once it is there.</param>
    public static void AddTo(IServiceCollection services, ServingLimits limits, Func<GrpcGateway> gateway)
    {
        IGrpcServerBuilder all = services.AddGrpc(grpc =>
        {
            grpc.IgnoreUnknownServices = true;
            grpc.MaxReceiveMessageSize = (int)limits.BodyBytes;
            grpc.MaxSendMessageSize = null;
            // Packed messages are refused, so that what a message becomes is known before it is read.
            grpc.CompressionProviders.Clear();
            grpc.Interceptors.Add<CallFaults>();
        });
        all.AddServiceOptions<ReflectionServiceImpl>(grpc => grpc.MaxReceiveMessageSize = ReflectionBytes);
        all.AddServiceOptions<ReflectionV1ServiceImpl>(grpc => grpc.MaxReceiveMessageSize = ReflectionBytes);
        services.AddGrpcReflection();
        services.AddSingleton(_ => gateway().Inference);
        services.AddSingleton(_ => gateway().Certifier);
        services.AddSingleton(_ => gateway().Health);
        services.AddSingleton(_ => gateway().Faults);
    }

    /// <summary>Adds the address of every method.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGrpcService<InferenceService>();
        app.MapGrpcService<CertifierService>();
        app.MapGrpcService<HealthService>();
        app.MapGrpcReflectionService();
    }
}
