using System.ComponentModel.DataAnnotations;
using DualRS;
using Router.Host.Commands.Cluster;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>What <c>dualrs serve</c> serves, and how it is reached and tells of itself.</summary>
internal sealed class DaemonOptions : DualRsOptions
{
    /// <summary>Where to listen, with semicolons.</summary>
    public string Urls { get; set; } = ListenAddress.Default;

    /// <summary>Where health and metrics alone are answered; nowhere else where it is left out.</summary>
    public string? HealthUrls { get; set; }

    /// <summary>Where gRPC is answered; nowhere where it is left out.</summary>
    public string? GrpcUrls { get; set; }

    /// <summary>The certificate of https addresses.</summary>
    public string? Certificate { get; set; }

    /// <summary>Its private key, where that is a file of its own.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Further names it is asked by, with commas.</summary>
    public string? Hosts { get; set; }

    /// <summary>Connections that are open at once.</summary>
    [Range(1, int.MaxValue)]
    public int MaxConnections { get; set; } = ServingLimits.DefaultConnections;

    /// <summary>Of them, those of one address; a quarter of all where it is left out.</summary>
    [Range(1, int.MaxValue)]
    public int? MaxConnectionsPerAddress { get; set; }

    /// <summary>The collector that traces and metrics are sent to.</summary>
    public string? Otlp { get; set; }

    /// <summary>The share of traces to keep where a caller has not decided.</summary>
    [Range(0.0, 1.0)]
    public double TraceShare { get; set; } = 1;

    /// <summary>The cluster whose workers vote; the networks are loaded here where it is left out.</summary>
    public string? Cluster { get; set; }

    /// <summary>Where its other members reach this one.</summary>
    public string Listen { get; set; } = Membership.DefaultListen;

    /// <summary>What this member shows the others.</summary>
    public string? MemberCertificate { get; set; }

    /// <summary>Who signs what other members show.</summary>
    public string? PeersCa { get; set; }

    /// <summary>How lines are logged.</summary>
    public LogFormat Log { get; set; }

    /// <inheritdoc/>
    internal override ServingLimits Limits =>
        base.Limits with { Connections = MaxConnections, ConnectionsOfAddress = MaxConnectionsPerAddress };
}
