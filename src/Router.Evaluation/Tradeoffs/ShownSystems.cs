using System.Collections.Immutable;

namespace Router.Evaluation.Tradeoffs;

/// <summary>The systems that a table for readers shows: hundreds are scored, and all of them are in the TSV.</summary>
public static class ShownSystems
{
    /// <summary>
    /// Single experts and the best of them; the whole mix as it was found, every way it was routed; the Pareto front;
    /// what was chosen.
    /// </summary>
    public static ImmutableArray<StudySystem> Of(TradeoffDocument document)
    {
        int all = document.Networks.Count(
            network => network.Role == "expert" && !ScoredId.Of(network.Id).IsVariant);
        StudySystem[] ofAll = [.. document.Systems.Where(
            system => system.Experts.Length == all && system.Kind != SystemKinds.Single
                && !system.Experts.Any(id => ScoredId.Of(id).IsVariant))];
        StudySystem[] told = [.. document.Systems.Where(system => system.Name == document.Choice?.Chosen
            || (document.Front?.Systems.Contains(system.Name) ?? false))];
        return
        [
            .. document.Systems.Where(system => system.Kind == SystemKinds.Single)
                .Concat(ofAll.OrderBy(system => system.Kind == SystemKinds.Attacked ? 2 : system.IsAttained ? 1 : 0))
                    .Concat(told).DistinctBy(system => system.Name),
        ];
    }

    /// <summary>The largest certified accuracy that a system attains at each radius: what tables print bold.</summary>
    public static double[] LargestShares(IReadOnlyCollection<StudySystem> systems, TradeoffDocument document) =>
    [
        .. document.Radii.Select((_, k) =>
            systems.Where(system => system.IsAttained).Max(system => system.Accuracy[k].Share)),
    ];
}
