using System.CommandLine;
using Router.Cluster.Silos;
using Router.Evaluation;
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
            Membership.DefaultListen);
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
    /// <exception cref="BadInputException">It cannot be one so.</exception>
    public ClusterSettings Read(ParseResult parsed, string role, Surroundings surroundings) =>
        new Membership(
            parsed.GetValue(_cluster), parsed.GetValue(_listen)!, parsed.GetValue(_certificate),
            parsed.GetValue(_authorities))
        .Settings(role, surroundings);
}
