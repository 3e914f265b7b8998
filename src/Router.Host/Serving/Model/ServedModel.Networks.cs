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
    public ImmutableArray<Expert> Networks { get; init; } = [];

    /// <summary>What the workers of a cluster have, by id; none where the networks are in this process.</summary>
    public ImmutableDictionary<string, RemoteVoter> Remote { get; init; } =
        ImmutableDictionary<string, RemoteVoter>.Empty;

    /// <summary>The versions of experts that have numbers, ascending, the one that is deployed last.</summary>
    public ImmutableArray<ServedVersion> NumberedVersions { get; init; } = [];

    /// <summary>
    /// Why not every request can be answered now; null where all can. A network that is left alone, was unloaded on
    /// request, or has no worker, stops those that need it, unless others may go on for it; for the router nobody can,
    /// and nobody for a second one.
    /// </summary>
    public string? Impediment
    {
        get
        {
            string[] open = Stopping([.. (Circuits?.Open ?? []).Where(IsAsked)]);
            string[] withdrawn = Stopping([.. Networks.Where(
                network => IsAsked(network.Id) && network.Status.IsWithdrawn).Select(network => network.Id)]);
            string[] lost = Stopping([.. Remote.Where(
                network => IsAsked(network.Key) && !network.Value.HasWorkers).Select(network => network.Key)]);
            string[] reasons =
            [
                .. Of(open, $"failed repeatedly and {Are(open)} left alone for a while"),
                .. Of(withdrawn, $"{Are(withdrawn)} unloaded on request"),
                .. Of(lost, $"{(lost.Length == 1 ? "has" : "have")} no worker"),
            ];
            return reasons.Length == 0 ? null : string.Join("; ", reasons);

            static string[] Of(string[] ids, string what) =>
                ids.Length == 0 ? [] : [$"{string.Join(", ", ids)} {what}"];
        }
    }

    /// <summary>The network of an id; null where it has none.</summary>
    public Expert? NetworkOf(string id) => Networks.FirstOrDefault(network => network.Id == id);

    private static string Are(string[] ids) => ids.Length == 1 ? "is" : "are";

    private string[] Stopping(ImmutableArray<string> ids) =>
        [.. ids.Where(id => id == Classifier.RouterId || !Served.MayGoOn || ids.Length > 1)
            .Order(StringComparer.Ordinal)];

    private bool IsAsked(string id) => id == Classifier.RouterId || Classifier.Routes.Any(route => route.Id == id);

    private ServedVersion? OtherVersion(ImmutableArray<string> mix) => mix is [var id]
        ? NumberedVersions.FirstOrDefault(version => version.Id == id && version.Id != version.Name) : null;

    private static IEnumerable<ServedVersion> VersionsOf(LoadedRegistry registry, Func<Expert, IVoter> voting) =>
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
