using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>The few systems of a document that charts draw one by one.</summary>
internal sealed class FeaturedSystems
{
    private static readonly string[] Routed = [
        SystemKinds.Quantile, SystemKinds.Exclusion, SystemKinds.Dual, SystemKinds.Cascade];

    public FeaturedSystems(TradeoffDocument document)
    {
        HashSet<int> answering =
            [.. document.Images.SelectMany(image => image.Answers).Select(answer => answer.System)];
        int largest = document.Systems.Max(system => system.Experts.Length);
        Singles = [.. document.Systems.Where(system => system.Kind == SystemKinds.Single)];
        Systems =
        [
            .. document.Systems.Where(
                (system, index) => Routed.Contains(system.Kind) && (system.Name == document.Choice?.Chosen
                || (answering.Count > 0 ? answering.Contains(index) : system.Experts.Length == largest
                    && system.Kind != SystemKinds.Quantile))),
        ];
        Attacked = [.. document.Systems.Where(system => system.Kind == SystemKinds.Attacked)];
        Bounds =
        [
            .. ((string[])[SystemKinds.Oracle, SystemKinds.Envelope])
                .Select(kind => document.Systems.Where(system => system.Kind == kind)
                    .MaxBy(system => system.Experts.Length)).OfType<StudySystem>(),
        ];
        Best = Systems.FirstOrDefault(system => system.Name == document.Choice?.Chosen)
            ?? Routed.Select(kind => Systems.FirstOrDefault(system => system.Kind == kind)).FirstOrDefault(
                system => system is not null)
            ?? Singles.FirstOrDefault(system => system.Name == document.Choice?.Chosen)
            ?? Singles.FirstOrDefault() ?? document.Systems[0];
    }

    /// <summary>Every expert alone.</summary>
    public ImmutableArray<StudySystem> Singles { get; }

    /// <summary>
    /// The systems of several experts: those whose answers images list, and the chosen one; without images those of the
    /// whole mix.
    /// </summary>
    public ImmutableArray<StudySystem> Systems { get; }

    /// <summary>What attacks left standing.</summary>
    public ImmutableArray<StudySystem> Attacked { get; }

    /// <summary>Oracle and envelope of the largest mix.</summary>
    public ImmutableArray<StudySystem> Bounds { get; }

    /// <summary>The one to show first: the chosen one, else a routed one, else an expert.</summary>
    public StudySystem Best { get; }

    /// <summary>All of them, in the order of legends.</summary>
    public IEnumerable<StudySystem> All => [.. Singles, .. Systems, .. Attacked, .. Bounds];
}
