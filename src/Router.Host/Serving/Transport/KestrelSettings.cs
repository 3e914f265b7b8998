using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Router.Host.Serving.Transport;

/// <summary>How the web server listens, and whom it does not wait for. Its least rate of a request's bytes, 240 a second after 5 s, stays.</summary>
internal static class KestrelSettings
{
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    // Longer than a proxy keeps idle connections, usually a minute: who closes first must not be the one who is about to be asked.
    private static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(130);

    public static void Apply(
        KestrelServerOptions server, IReadOnlyList<ListenAddress> addresses, ServingLimits limits, TransportSettings transport, Func<ILogger> log)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = limits.BodyBytes;
        server.Limits.MaxConcurrentConnections = limits.Connections;
        server.Limits.RequestHeadersTimeout = HeadersTimeout;
        server.Limits.KeepAliveTimeout = KeepAliveTimeout;
        foreach (ListenAddress address in addresses)
            server.Listen(address.EndPoint, listen =>
            {
                if (address.IsSecure && transport.Certificate is { } certificate)
                    listen.UseHttps(new TlsHandshakeCallbackOptions
                    {
                        OnConnection = _ => ValueTask.FromResult(certificate.Options(log())), HandshakeTimeout = HandshakeTimeout,
                    });
            });
    }
}
