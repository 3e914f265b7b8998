using System.Collections.Immutable;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Loading;
using Router.Votes;

namespace Router.Host.Commands.Tradeoff;

/// <summary>
/// Whether a registry's networks are those that a study scored. That ids are the same shows nothing: many call an
/// expert s025.
/// </summary>
internal static class ScoredNetworks
{
    private const string Others = "other weights, settings, batch, threads, build or machine";

    /// <summary>Whether a system asks a router.</summary>
    public static bool IsRouted(StudySystem system) =>
        system.Kind is SystemKinds.Dual or SystemKinds.Exclusion or SystemKinds.Quantile;

    /// <summary>What shows that a registry has the networks of a system, in sentences.</summary>
    /// <param name="study">The networks that were scored.</param>
    /// <param name="chosen">The system.</param>
    /// <param name="registry">The registry.</param>
    /// <param name="isNamed">Whether somebody named the registry, and so says that its networks are meant.</param>
    /// <param name="option">The option that asks for a registry.</param>
    /// <exception cref="BadInputException">
    /// It lacks one, has one of another σ, or nothing shows that one is the same and nobody says so.
    /// </exception>
    public static IReadOnlyList<string> Explain(
        ImmutableArray<StudyNetwork> study, StudySystem chosen, LoadedRegistry registry, bool isNamed,
        string option = "--emit")
    {
        // Output k of the router stands for the k-th, and votes for one outside the mix go to the nearest σ.
        (string Id, decimal Sigma)[] scored =
            [.. study.Where(network => network.Role == "expert" && !ScoredId.Of(network.Id).IsVariant)
                .Select(network => (network.Id, network.Sigma))];
        (string Id, decimal Sigma)[] here =
            [.. registry.Experts.Select(expert => (expert.Id, expert.Config.Sigma))];
        if (IsRouted(chosen) && !(here.Length == scored.Length && here.Zip(scored).All(pair =>
            pair.First.Id.Equals(pair.Second.Id, StringComparison.OrdinalIgnoreCase)
            && pair.First.Sigma == pair.Second.Sigma)))
            throw new BadInputException($"the router that was scored votes over {Text(scored)}, "
                + $"that of {registry.Config.Path} over {Text(here)}");
        (string Id, string? Doubt)[] networks =
        [
            .. study
                .Where(network => network.Role == "router" ? IsRouted(chosen) : chosen.Experts.Contains(network.Id))
                .Select(network => (network.Id, DoubtOf(network, registry))),
        ];
        (string Id, string? Doubt)[] doubted = [.. networks.Where(network => network.Doubt is not null)];
        if (doubted.Length > 0 && !isNamed)
            throw new BadInputException(
                $"{option} writes the networks that were scored, and nothing shows that {registry.Config.Path} has "
                + $"those of {chosen.Name}: "
                + $"{string.Join("; ", doubted.Select(network => $"{network.Id} {network.Doubt}"))}. "
                + "Name the registry that has them with --registry FILE");
        string[] proved = [.. networks.Where(network => network.Doubt is null).Select(network => network.Id)];
        IEnumerable<string> sentences = doubted.GroupBy(network => network.Doubt).Select(same =>
            $"taken as {string.Join(", ", same.Select(network => network.Id))} because --registry names "
            + $"{Path.GetFileName(registry.Config.Path)}, not because it is proved: each {same.Key}");
        return proved.Length == 0
            ? [.. sentences]
            : [$"the function ids of {string.Join(", ", proved)} are those that were scored", .. sentences];
    }

    /// <summary>
    /// The threshold with which a network of the registry is the function that was scored: the study's, the registry's
    /// own, or none, where a recording was scored as it was found. Null where it is another function.
    /// </summary>
    /// <param name="scored">What was scored.</param>
    /// <param name="here">The registry's network of that id.</param>
    public static PassThreshold? PassOf(StudyNetwork scored, LoadedNetwork here) =>
        new[] { ScoredId.Of(scored.Id).Pass, here.Pass, default }.Distinct().Where(
            pass => pass.Of(here.Network.FunctionId).Value == scored.Function).Cast<PassThreshold?>().FirstOrDefault();

    /// <summary>
    /// The threshold with which each network of a system is served, by its id in the registry: the one that it was
    /// scored with, and the registry's own where nothing says.
    /// </summary>
    /// <param name="study">What was scored.</param>
    /// <param name="chosen">The system.</param>
    /// <param name="registry">The registry.</param>
    public static IReadOnlyDictionary<string, PassThreshold> Thresholds(
        TradeoffDocument study, StudySystem chosen, LoadedRegistry registry) =>
        study.Networks.Where(network => chosen.Experts.Contains(network.Id)).ToDictionary(
            network => ScoredId.Of(network.Id).Network, network =>
            {
                ScoredId id = ScoredId.Of(network.Id);
                LoadedNetwork here = registry.Experts.First(
                    expert => expert.Id.Equals(id.Network, StringComparison.OrdinalIgnoreCase));
                return PassOf(network, here) ?? (id.IsVariant ? id.Pass : here.Pass);
            },
            StringComparer.OrdinalIgnoreCase);

    private static string Text((string Id, decimal Sigma)[] routes) =>
        string.Join(", ", routes.Select(route => FormattableString.Invariant($"{route.Id} (σ = {route.Sigma})")));

    // Null where the function ids are the same.
    private static string? DoubtOf(StudyNetwork scored, LoadedRegistry registry)
    {
        ScoredId id = ScoredId.Of(scored.Id);
        bool IsIt(LoadedNetwork network) => network.Id.Equals(id.Network, StringComparison.OrdinalIgnoreCase);
        string path = registry.Config.Path;
        if (registry.Networks.FirstOrDefault(IsIt) is not { } here)
            throw new BadInputException($"{path} has no {scored.Role} '{scored.Id}': "
                + $"it has {string.Join(", ", registry.Networks.Select(network => network.Id))}");
        if (here.Config.Sigma != scored.Sigma)
            throw new BadInputException(
                $"{scored.Id} was scored with σ = {scored.Sigma}, but {path} has it with σ = {here.Config.Sigma}");
        return scored.Function is null ? "is known from a log, which does not say its function id"
            : PassOf(scored, here) is not null ? null
            : $"was scored as another function than the one here ({Others})";
    }
}
