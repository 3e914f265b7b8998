using Router.Host.Serving.Http;

namespace Router.Host.Serving.Operations;

/// <summary>How the daemon is reached.</summary>
internal sealed record TransportSettings
{
    /// <summary>What https addresses answer with; null where there are none.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>The names it answers to.</summary>
    public HostNames Hosts { get; init; } = HostNames.Any;

    /// <summary>The names it answers to at its health addresses.</summary>
    public HostNames HealthHosts { get; init; } = HostNames.Any;
}
