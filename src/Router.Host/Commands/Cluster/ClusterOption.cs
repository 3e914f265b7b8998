using System.CommandLine;
using System.Security.Cryptography;
using Router.Cluster.Silos;
using Router.Host.Cli;

namespace Router.Host.Commands.Cluster;

/// <summary>Which cluster a process is a member of.</summary>
internal sealed class ClusterOption
{
    /// <summary>What the option is called, and takes.</summary>
    public const string Name = "--cluster";

    private readonly Option<string?> _cluster;

    /// <summary>Declares it.</summary>
    /// <param name="command">The command.</param>
    /// <param name="help">What it is for.</param>
    public ClusterOption(Command command, string help)
    {
        _cluster = command.Option<string?>(Name, $"{help}: {ClusterAddress.Accepted}.");
    }

    /// <summary>Whether one was given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_cluster) is not null;

    /// <summary>The address; null where none was given.</summary>
    /// <exception cref="InputFault">It is none.</exception>
    public ClusterAddress? Read(ParseResult parsed, Surroundings surroundings)
    {
        if (parsed.GetValue(_cluster) is not { } text) return null;
        if (!ClusterAddress.TryParse(text, out ClusterAddress? address))
            // Not repeated: what is no address may still hold a password.
            throw new InputFault($"{Name} is no address: accepted is {ClusterAddress.Accepted}");
        return address is ClusterAddress.Local({ } file)
            ? new ClusterAddress.Local(surroundings.Resolve(file)) : address;
    }

    /// <summary>How this process is a member.</summary>
    /// <param name="address">Of which cluster.</param>
    /// <param name="role">What it does there, for people.</param>
    /// <param name="surroundings">The outside.</param>
    public static ClusterSettings SettingsOf(ClusterAddress address, string role, Surroundings surroundings)
    {
        string name = $"{role} {Environment.MachineName}/{Environment.ProcessId}";
        return new(address, name, surroundings.Clock)
        {
            Secret = BitConverter.ToUInt64(SHA256.HashData(surroundings.FreshSecret())),
            LocalFile = Path.Combine(surroundings.CacheFolder, "cluster", "members.json"),
            Dispatch = new() { Gateway = name },
        };
    }
}
