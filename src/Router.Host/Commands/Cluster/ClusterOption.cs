using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Router.Cluster.Silos;
using Router.Host.Cli;

namespace Router.Host.Commands.Cluster;

/// <summary>Which cluster a process is a member of, and how.</summary>
internal sealed class ClusterOption
{
    /// <summary>What the option is called.</summary>
    public const string Name = "--cluster";

    private readonly Option<string?> _cluster, _certificate, _authorities;
    private readonly Option<string> _listen;

    /// <summary>Declares it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="help">What it is for.</param>
    public ClusterOption(Command command, string help)
    {
        _cluster = command.Option<string?>(Name, $"{help}: {ClusterAddress.Accepted}.");
        _listen = command.Option(
            "--listen", "Where other members reach this one: an IP address of this machine, and a port or 0 for any.",
            "127.0.0.1:0");
        _certificate = command.Option<string?>(
            "--member-certificate", "What this member shows the others: a certificate and its private key (PEM).");
        _authorities = command.Option<string?>(
            "--peers-ca", "Whose certificates other members have to show (PEM).");
    }

    /// <summary>Whether one was given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_cluster) is not null;

    /// <summary>How this process is a member; of the cluster of this machine where none was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="role">What it does there, for people.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="InputFault">It cannot be one so.</exception>
    public ClusterSettings Read(ParseResult parsed, string role, Surroundings surroundings)
    {
        string listen = parsed.GetValue(_listen)!;
        if (!IPEndPoint.TryParse(listen, out IPEndPoint? at))
            throw new InputFault($"--listen is '{listen}': accepted is an IP address and a port, such as 127.0.0.1:0");
        string name = $"{role} {Environment.MachineName}/{Environment.ProcessId}";
        ClusterSettings settings = new(AddressOf(parsed, surroundings), name, surroundings.Clock)
        {
            Listen = at,
            Tls = TlsOf(parsed, surroundings),
            Secret = BitConverter.ToUInt64(SHA256.HashData(surroundings.FreshSecret())),
            LocalFile = Path.Combine(surroundings.CacheFolder, "cluster", "members.json"),
            Dispatch = new() { Gateway = name },
        };
        return settings.Objection is not { } objection ? settings : throw new InputFault(
            $"--listen {listen}: {objection}: --member-certificate FILE --peers-ca FILE");
    }

    private ClusterAddress AddressOf(ParseResult parsed, Surroundings surroundings)
    {
        if (parsed.GetValue(_cluster) is not { } text) return new ClusterAddress.Local(null);
        if (!ClusterAddress.TryParse(text, out ClusterAddress? address))
            // Not repeated: what is no address may still hold a password.
            throw new InputFault($"{Name} is no address: accepted is {ClusterAddress.Accepted}");
        return address is ClusterAddress.Local({ } file)
            ? new ClusterAddress.Local(surroundings.Resolve(file)) : address;
    }

    private MemberTls? TlsOf(ParseResult parsed, Surroundings surroundings)
    {
        string? certificate = parsed.GetValue(_certificate), authorities = parsed.GetValue(_authorities);
        if (certificate is null && authorities is null) return null;
        if (certificate is null || authorities is null)
            throw new InputFault(
                "--member-certificate and --peers-ca belong together: a member shows a certificate and wants one");
        string own = surroundings.Resolve(certificate), others = surroundings.Resolve(authorities);
        foreach (string file in (string[])[own, others])
            if (!File.Exists(file)) throw new InputFault($"there is no certificate {file}");
        if (FilePermissions.OfSecret(own) is { } open) throw new InputFault(open);
        try
        {
            X509Certificate2Collection signers = [];
            signers.ImportFromPemFile(others);
            return signers.Count == 0 ? throw new InputFault($"{others} holds no certificate (PEM)")
                : new(X509Certificate2.CreateFromPemFile(own), signers, surroundings.Clock);
        }
        catch (CryptographicException fault)
        {
            throw new InputFault(
                $"{certificate} or {authorities} cannot be used: {fault.Message}; accepted is PEM, of the member a "
                + "certificate with its private key in one file");
        }
    }
}
