using System.CommandLine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>The options of where the daemon listens, under which names, and with what certificate.</summary>
internal static class TransportOptions
{
    /// <summary>Those of which one can be wrong beside another.</summary>
    public static readonly string[] Names =
    [
        nameof(DaemonOptions.Urls), nameof(DaemonOptions.HealthUrls), nameof(DaemonOptions.GrpcUrls),
        nameof(DaemonOptions.Certificate), nameof(DaemonOptions.CertificateKey), nameof(DaemonOptions.Hosts),
    ];

    /// <summary>Adds them.</summary>
    public static void Declare(Command command)
    {
        command.Option(
            "--urls",
            "Where to listen: http or https, an IP address or localhost, port 0 for a free one; several with "
            + "semicolons.",
            ListenAddress.Default);
        command.Option<string?>(
            "--health-urls",
            "Where health and metrics alone are answered, on connections that --max-connections does not count: "
            + "addresses as for --urls (default: nowhere else).");
        command.Option<string?>(
            "--grpc-urls",
            "Where gRPC is answered, and nothing else: addresses as for --urls, without TLS by HTTP/2 at once "
            + "(default: nowhere).");
        command.Option<string?>(
            "--certificate",
            "The certificate of https addresses, as PEM or PKCS #12 "
            + $"(password in {ServerCertificate.PasswordVariable}); read again when it changes.");
        command.Option<string?>(
            "--certificate-key", "Its private key as PEM, where it is a file of its own.");
        command.Option<string?>(
            "--hosts",
            "Further names the server is asked by, with commas, or * for any "
            + "(default: those of this machine where it listens there alone, otherwise any).");
    }

    /// <summary>Where to listen, and how.</summary>
    /// <exception cref="BadInputException">They do not fit together, or a file of them cannot be used.</exception>
    public static (IReadOnlyList<ListenAddress> Addresses, TransportSettings Settings) Read(
        DaemonOptions options, Surroundings surroundings)
    {
        IReadOnlyList<ListenAddress> asked = ListenAddress.Parse(options.Urls);
        ListenAddress[] health = options.HealthUrls is { } written
            ? [.. ListenAddress.Parse(written).Select(address => address with { IsHealth = true })]
            : [];
        ListenAddress[] grpc = options.GrpcUrls is { } named
            ? [.. ListenAddress.Parse(named).Select(address => address with { IsGrpc = true })]
            : [];
        ListenAddress[] addresses = [.. asked, .. health, .. grpc];
        string? file = options.Certificate, key = options.CertificateKey;
        if (file is null && key is not null)
            throw new BadInputException("--certificate-key needs --certificate beside it");
        if (file is null && addresses.FirstOrDefault(address => address.IsSecure) is { } secure)
            throw new BadInputException($"{secure} needs a certificate: give one with --certificate");
        if (file is not null && !addresses.Any(address => address.IsSecure))
            throw new BadInputException("--certificate is given, but no address of --urls, --health-urls or "
                + "--grpc-urls is https");
        return (addresses, new()
        {
            Certificate = file is null ? null : new(
                PathRule.Read("certificate file").Resolve(file, surroundings),
                key is null ? null : surroundings.Resolve(key),
                surroundings.Variable(ServerCertificate.PasswordVariable)),
            Hosts = HostNames.Of(asked, options.Hosts),
            HealthHosts = HostNames.Of(health, options.Hosts),
            GrpcHosts = HostNames.Of(grpc, options.Hosts),
        });
    }
}
