using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Router.Cluster.Silos;
using Router.Evaluation;
using Router.Host.Cli;

namespace Router.Host.Commands.Cluster;

/// <summary>How a process was told to be a member of a cluster.</summary>
/// <param name="Cluster">Its address as it was written; null for the cluster of this machine.</param>
/// <param name="Listen">Where other members reach this one.</param>
/// <param name="Certificate">The file of what it shows them; null for nothing.</param>
/// <param name="Authorities">The file of who signs them; null for anybody.</param>
internal sealed record Membership(string? Cluster, string Listen, string? Certificate, string? Authorities)
{
    /// <summary>Any port of this machine.</summary>
    public const string DefaultListen = "127.0.0.1:0";

    /// <summary>The same for who joins.</summary>
    /// <param name="role">What it does there, for people.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="BadInputException">It cannot be a member so.</exception>
    public ClusterSettings Settings(string role, Surroundings surroundings)
    {
        if (!IPEndPoint.TryParse(Listen, out IPEndPoint? at))
            throw new BadInputException(
                $"--listen is '{Listen}': accepted is an IP address and a port, such as 127.0.0.1:0");
        string name = $"{role} {Environment.MachineName}/{Environment.ProcessId}";
        ClusterSettings settings = new(AddressOf(surroundings), name, surroundings.Clock)
        {
            Listen = at,
            Tls = TlsOf(surroundings),
            Secret = BitConverter.ToUInt64(SHA256.HashData(surroundings.FreshSecret())),
            LocalFile = Path.Combine(surroundings.CacheFolder, "cluster", "members.json"),
            Dispatch = new() { Gateway = name },
        };
        return settings.Objection is not { } objection ? settings : throw new BadInputException(
            $"--listen {Listen}: {objection}: --member-certificate FILE --peers-ca FILE");
    }

    private ClusterAddress AddressOf(Surroundings surroundings)
    {
        if (Cluster is null) return new ClusterAddress.Local(null);
        if (!ClusterAddress.TryParse(Cluster, out ClusterAddress? address))
            // Not repeated: what is no address may still hold a password.
            throw new BadInputException($"{ClusterOption.Name} is no address: accepted is {ClusterAddress.Accepted}");
        // As redis-cli takes it: arguments are there for everybody of the machine to read.
        if (address is ClusterAddress.Redis { Options: { Password: null } server })
            server.Password = surroundings.Variable("REDISCLI_AUTH");
        return address is ClusterAddress.Local({ } file)
            ? new ClusterAddress.Local(surroundings.Resolve(file)) : address;
    }

    private MemberTls? TlsOf(Surroundings surroundings)
    {
        if (Certificate is null && Authorities is null) return null;
        if (Certificate is null || Authorities is null)
            throw new BadInputException(
                "--member-certificate and --peers-ca belong together: a member shows a certificate and wants one");
        string own = surroundings.Resolve(Certificate), others = surroundings.Resolve(Authorities);
        foreach (string file in (string[])[own, others])
            if (!File.Exists(file)) throw new BadInputException($"there is no certificate {file}");
        try
        {
            X509Certificate2Collection signers = [];
            signers.ImportFromPemFile(others);
            return signers.Count == 0 ? throw new BadInputException($"{others} holds no certificate (PEM)")
                : new(new MemberCertificate(own).Current, signers, surroundings.Clock);
        }
        catch (CryptographicException fault)
        {
            throw new BadInputException(
                $"{Certificate} or {Authorities} cannot be used: {fault.Message}; accepted is PEM, of the member a "
                + "certificate with its private key in one file");
        }
    }
}
