using System.CommandLine;
using Router.Host.Cli;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>Where the daemon listens, under which names, and with what certificate.</summary>
internal sealed class TransportOptions(Command command)
{
    private readonly Option<string> _urls = command.Option(
        "--urls",
        "Where to listen: http or https, an IP address or localhost, port 0 for a free one; several with semicolons.",
        ListenAddress.Default);

    private readonly Option<string?> _health = command.Option<string?>(
        "--health-urls",
        "Where health and metrics alone are answered, on connections that --max-connections does not count: "
        + "addresses as for --urls (default: nowhere else).");

    private readonly Option<string?> _certificate = command.Option<string?>(
        "--certificate",
        "The certificate of https addresses, as PEM or PKCS #12 "
        + $"(password in {ServerCertificate.PasswordVariable}); read again when it changes.");

    private readonly Option<string?> _key = command.Option<string?>(
        "--certificate-key", "Its private key as PEM, where it is a file of its own.");

    private readonly Option<string?> _hosts = command.Option<string?>(
        "--hosts",
        "Further names the server is asked by, with commas, or * for any "
        + "(default: those of this machine where it listens there alone, otherwise any).");

    public (IReadOnlyList<ListenAddress> Addresses, TransportSettings Settings) Read(
        ParseResult parsed, Surroundings surroundings)
    {
        IReadOnlyList<ListenAddress> asked = ListenAddress.Parse(parsed.GetValue(_urls)!);
        ListenAddress[] health = parsed.GetValue(_health) is { } written
            ? [.. ListenAddress.Parse(written).Select(address => address with { IsHealth = true })]
            : [];
        ListenAddress[] addresses = [.. asked, .. health];
        string? file = parsed.GetValue(_certificate), key = parsed.GetValue(_key);
        if (file is null && key is not null)
            throw new InputFault("--certificate-key needs --certificate beside it");
        if (file is null && addresses.FirstOrDefault(address => address.IsSecure) is { } secure)
            throw new InputFault($"{secure} needs a certificate: give one with --certificate");
        if (file is not null && !addresses.Any(address => address.IsSecure))
            throw new InputFault("--certificate is given, but no address of --urls or --health-urls is https");
        return (addresses, new()
        {
            Certificate = file is null ? null : new(
                surroundings.Resolve(file), key is null ? null : surroundings.Resolve(key),
                surroundings.Variable(ServerCertificate.PasswordVariable)),
            Hosts = HostNames.Of(asked, parsed.GetValue(_hosts)),
            HealthHosts = HostNames.Of(health, parsed.GetValue(_hosts)),
        });
    }
}
