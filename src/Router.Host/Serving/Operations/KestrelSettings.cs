using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Router.Host.Serving.Grpc;
using Router.Host.Serving.Http;

namespace Router.Host.Serving.Operations;

/// <summary>How the web server listens, and whom it does not wait for: every limit it has is set here.</summary>
internal static class KestrelSettings
{
    private const int LineBytes = 8 << 10, HeadersBytes = 32 << 10, Headers = 100;
    private const int RequestBufferBytes = 1 << 20, ResponseBufferBytes = 64 << 10;
    private const int Streams = 100, FrameBytes = 16 << 10;
    private const int StreamWindowBytes = 768 << 10, ConnectionWindowBytes = 1 << 20;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    // Longer than a proxy keeps idle connections, usually a minute: who closes first must not be the one who is about
    // to be asked.
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(130);

    // Of a body as it comes, and of an answer as it is taken.
    private static readonly MinDataRate LeastRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Sets the server up.</summary>
    /// <param name="server">The server.</param>
    /// <param name="addresses">Where it listens.</param>
    /// <param name="limits">What it takes on.</param>
    /// <param name="transport">How it is reached.</param>
    /// <param name="gate">Whose connections are let in; those of a health address are counted apart.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">The daemon's log, once there is one.</param>
    public static void Apply(
        KestrelServerOptions server, IReadOnlyList<ListenAddress> addresses, ServingLimits limits,
        TransportSettings transport, ConnectionGate gate, TimeProvider clock, Func<ILogger> log)
    {
        server.AddServerHeader = false;
        Limit(server.Limits, limits);
        const int OfHealth = HealthListener.Connections;
        ConnectionGate health = new(OfHealth, OfHealth, limits.FirstByteTime, clock);
        foreach (ListenAddress address in addresses)
            server.Listen(address.EndPoint, listen =>
            {
                ConnectionGate own = address.IsHealth ? health : gate;
                listen.Use(own.Guard);
                if (address.IsHealth) listen.Use(HealthListener.Mark);
                if (address.IsGrpc)
                {
                    // Without TLS there is nothing to agree on the version by.
                    listen.Protocols = HttpProtocols.Http2;
                    listen.Use(GrpcListener.Mark);
                }
                if (!address.IsSecure || transport.Certificate is not { } certificate) return;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(certificate.Options(log())),
                    HandshakeTimeout = HandshakeTimeout,
                });
                // A handshake says nothing yet.
                listen.Use(own.Hear);
            });
    }

    private static void Limit(KestrelServerLimits server, ServingLimits limits)
    {
        // Connections are counted at the gate: this count would take those of health addresses too.
        server.MaxConcurrentConnections = null;
        server.MaxConcurrentUpgradedConnections = 0;
        server.KeepAliveTimeout = KeepAliveTimeout;
        server.RequestHeadersTimeout = HeadersTimeout;
        server.MaxRequestLineSize = LineBytes;
        server.MaxRequestHeadersTotalSize = HeadersBytes;
        server.MaxRequestHeaderCount = Headers;
        server.MaxRequestBodySize = limits.BodyBytes;
        server.MinRequestBodyDataRate = LeastRate;
        server.MinResponseDataRate = LeastRate;
        server.MaxRequestBufferSize = RequestBufferBytes;
        server.MaxResponseBufferSize = ResponseBufferBytes;
        server.Http2.MaxStreamsPerConnection = Streams;
        server.Http2.MaxFrameSize = FrameBytes;
        server.Http2.MaxRequestHeaderFieldSize = HeadersBytes;
        server.Http2.InitialStreamWindowSize = StreamWindowBytes;
        server.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
    }
}

/// <summary>How the daemon is reached.</summary>
internal sealed record TransportSettings
{
    /// <summary>What https addresses answer with; null where there are none.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>The names it answers to.</summary>
    public HostNames Hosts { get; init; } = HostNames.Any;

    /// <summary>The names it answers to at its health addresses.</summary>
    public HostNames HealthHosts { get; init; } = HostNames.Any;

    /// <summary>The names it answers to at its gRPC addresses.</summary>
    public HostNames GrpcHosts { get; init; } = HostNames.Any;

    /// <summary>The names it answers to where a request came.</summary>
    public HostNames HostsOf(HttpContext request) => HealthListener.Is(request) ? HealthHosts
        : GrpcListener.Is(request) ? GrpcHosts
        : Hosts;
}
