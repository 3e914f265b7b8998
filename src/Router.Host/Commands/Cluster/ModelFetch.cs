using System.Collections.Immutable;
using Router.Cluster.Silos;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Experts.Registry;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Cluster;

/// <summary>
/// Brings checkpoints here that a registry names by their hash and that do not lie where it names them: out of a
/// folder, or from the gateways of the cluster. A file of another hash is never used.
/// </summary>
/// <param name="registry">The registry's file.</param>
/// <param name="loaded">The ids of the networks that are loaded; all where null.</param>
/// <param name="surroundings">The outside.</param>
internal sealed class ModelFetch(string registry, IReadOnlyCollection<string>? loaded, Surroundings surroundings)
{
    /// <summary>Instead of a folder: the gateways of the cluster.</summary>
    public const string Gateways = "gateways";

    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private readonly ModelCache _cache = new(Path.Combine(surroundings.CacheFolder, "models"));

    /// <summary>Brings what is missing.</summary>
    /// <param name="from">A folder, or <see cref="Gateways"/>.</param>
    /// <param name="settings">The cluster.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>Where each checkpoint lies that is not where the registry names it, by that path.</returns>
    /// <exception cref="BadInputException">The folder does not have one, or has another file of its name.</exception>
    public async Task<ImmutableDictionary<string, string>> BringAsync(
        string from, ClusterSettings settings, CancellationToken cancellationToken)
    {
        ImmutableArray<NetworkConfig> missing = Missing();
        ImmutableArray<NetworkConfig> wanted = [.. missing.Where(one => _cache.Find(one.Sha256!) is null)];
        if (wanted.Length > 0 && from == Gateways)
            await FromGatewaysAsync(wanted, settings, cancellationToken);
        else
            foreach (NetworkConfig one in wanted)
                await FromFolderAsync(one, surroundings.Resolve(from), cancellationToken);
        return missing.ToImmutableDictionary(one => one.CheckpointPath, one => _cache.PathOf(one.Sha256!));
    }

    // What else is wrong with the registry is said when it is read for good.
    private ImmutableArray<NetworkConfig> Missing() => !File.Exists(registry) ? [] :
    [
        .. (RegistryReader.ReadText(File.ReadAllText(registry), registry).Config?.AllNetworks ?? [])
            .Where(network => loaded?.Contains(network.Id, StringComparer.OrdinalIgnoreCase) != false)
            .SelectMany(network => network.Members)
            .Where(one => one.Sha256 is not null && !File.Exists(one.CheckpointPath))
            .DistinctBy(one => one.CheckpointPath),
    ];

    private async Task FromFolderAsync(NetworkConfig wanted, string folder, CancellationToken cancellationToken)
    {
        string sha256 = wanted.Sha256!, name = Path.GetFileName(wanted.CheckpointPath);
        string file = Path.Combine(folder, File.Exists(Path.Combine(folder, sha256)) ? sha256 : name);
        if (!File.Exists(file))
            throw new BadInputException(
                $"there is no {wanted.CheckpointPath}, and in {folder} neither {name} nor {sha256}");
        string? hash = await _cache.TakeAsync(sha256, async into =>
        {
            await using FileStream there = RegularFile.OpenRead(file);
            await there.CopyToAsync(into, cancellationToken);
            return true;
        });
        if (hash != sha256)
            throw new BadInputException($"{file} is not used: its sha256 is {hash}, {registry} names {sha256}");
        Say($"{name} is taken from {folder}");
    }

    // A visit, which is over before any network loads: a member has to answer the others meanwhile.
    private async Task FromGatewaysAsync(
        ImmutableArray<NetworkConfig> wanted, ClusterSettings settings, CancellationToken cancellationToken)
    {
        HashSet<(string Member, string Sha256)> refused = [];
        await using ClusterHost visit = await ClusterHost.JoinAsync(settings, [], cancellationToken);
        Say($"waiting for a gateway in the cluster at {settings.Address} that has "
            + string.Join(", ", wanted.Select(one => Path.GetFileName(one.CheckpointPath))));
        await visit.WhileMemberAsync(async stopped =>
        {
            foreach (NetworkConfig one in wanted)
                while (!await FromGatewayAsync(visit.Directory, one, refused, stopped))
                    await Task.Delay(AskEvery, surroundings.Clock, stopped);
            return true;
        }, cancellationToken);
    }

    private async Task<bool> FromGatewayAsync(
        WorkerDirectory directory, NetworkConfig wanted, HashSet<(string Member, string Sha256)> refused,
        CancellationToken cancellationToken)
    {
        string sha256 = wanted.Sha256!, name = Path.GetFileName(wanted.CheckpointPath);
        foreach (Member member in directory.Members.Where(member => !refused.Contains((member.Id, sha256))))
        {
            string? hash = await _cache.TakeAsync(
                sha256, into => directory.CopyModelAsync(member, sha256, into, cancellationToken));
            string who = member.Description?.Name ?? member.Id;
            if (hash == sha256)
            {
                Say($"{name} is taken from {who}");
                return true;
            }
            if (hash is null) continue;
            refused.Add((member.Id, sha256));
            Say($"{name} of {who} is not used: its sha256 is {hash}, {registry} names {sha256}");
        }
        return false;
    }

    private void Say(string text) => surroundings.Error.MarkupLine(Markup.Escape(text));
}
