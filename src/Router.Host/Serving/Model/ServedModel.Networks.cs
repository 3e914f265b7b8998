using System.Collections.Immutable;
using Router.Cluster;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Votes;

namespace Router.Host.Serving.Model;

internal sealed partial class ServedModel
{
    /// <summary>
    /// What its registry loaded, the router first; empty where its voters are elsewhere, or no networks of a registry.
    /// </summary>
    public ImmutableArray<LoadedNetwork> Networks { get; init; } = [];

    /// <summary>What the workers of a cluster have, by id; none where the networks are in this process.</summary>
    public ImmutableDictionary<string, RemoteVoter> Remote { get; init; } =
        ImmutableDictionary<string, RemoteVoter>.Empty;

    /// <summary>The versions of experts that have numbers, ascending, the one that is deployed last.</summary>
    public ImmutableArray<ServedVersion> NumberedVersions { get; init; } = [];

    /// <summary>
    /// Why not every request can be answered now; null where all can. A network that is left alone, was unloaded on
    /// request, or has no worker, stops those that need it, unless others may go on for it, of whom all are there; for
    /// the router nobody can.
    /// </summary>
    public string? Impediment
    {
        get
        {
            string[] open = [.. (Circuits?.Open ?? []).Where(IsAsked)];
            string[] withdrawn = [.. Networks.Where(
                network => IsAsked(network.Id) && network.Status.IsWithdrawn).Select(network => network.Id)];
            string[] lost = [.. Remote.Where(
                network => IsAsked(network.Key) && !network.Value.HasWorkers).Select(network => network.Key)];
            HashSet<string> absent = new([.. open, .. withdrawn, .. lost], StringComparer.OrdinalIgnoreCase);
            string[] reasons =
            [
                .. Of(open, "failed repeatedly and is", "failed repeatedly and are", "left alone for a while"),
                .. Of(withdrawn, "is", "are", "unloaded on request"),
                .. Of(lost, "has", "have", "no worker"),
            ];
            return reasons.Length == 0 ? null : string.Join("; ", reasons);

            string[] Of(string[] ids, string one, string several, string what)
            {
                string[] stopping = [.. ids.Where(id => Stops(id, absent)).Order(StringComparer.Ordinal)];
                return stopping.Length == 0 ? []
                    : [$"{string.Join(", ", stopping)} {(stopping.Length == 1 ? one : several)} {what}"];
            }
        }
    }

    /// <summary>The network of an id; null where it has none.</summary>
    public LoadedNetwork? NetworkOf(string id) => Networks.FirstOrDefault(network => network.Id == id);

    // Whoever goes on for it may ask any of the mix that remains.
    private bool Stops(string id, HashSet<string> absent) =>
        id == Classifier.RouterId || Served.Remaining(id) is not { } remaining || remaining.Any(absent.Contains);

    private bool IsAsked(string id) => id == Classifier.RouterId || Classifier.Routes.Any(route => route.Id == id);

    private ServedVersion? OtherVersion(ImmutableArray<string> mix) => mix is [var id]
        ? NumberedVersions.FirstOrDefault(version => version.Id == id && version.Id != version.Name) : null;

    private static IEnumerable<ServedVersion> VersionsOf(LoadedRegistry registry, Func<LoadedNetwork, IVoter> voting) =>
        from network in registry.OtherVersions.Concat(registry.Experts)
        where network.Config is ExpertConfig { Version: not null }
        let written = (ExpertConfig)network.Config
        select new ServedVersion(
            written.Name, written.Version!.Value, network.Id,
            new(RegisteredMix.Single(network, voting(network)), new FailoverPolicy.Refuse()));
}

/// <summary>A version of an expert.</summary>
/// <param name="Name">The expert's id.</param>
/// <param name="Number">The version's number.</param>
/// <param name="Id">Its own id: that of the expert where it is the one that is deployed.</param>
/// <param name="Alone">It alone.</param>
internal sealed record ServedVersion(string Name, int Number, string Id, FailoverClassifier Alone);
