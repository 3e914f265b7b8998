using System.Collections.Immutable;
using System.Globalization;
using Router.Evaluation.Logs;
using Router.Evaluation.Tradeoffs.Scoring;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// What single experts and the systems of <see cref="SystemKinds.Featured"/> answered about each image.
/// </summary>
internal static class StudyImages
{
    /// <summary>Beyond so many images a document lists single experts alone: it is read by browsers.</summary>
    public const int MostDetailed = 2000;

    // A curve of many quantiles is in the tables; a reader is shown one that leans to accuracy, the median, and one
    // that leans to radius.
    private static readonly decimal[] ShownQuantiles = [0.2m, 0.5m, 0.8m];

    public static ImmutableArray<StudyImage> Of(Study study, ScoredSystem[] systems, StudyChoice? choice)
    {
        HashSet<string> shown = [.. systems.Where(system => system.Kind == SystemKinds.Single
            || system.Name == choice?.Chosen).Select(system => system.Name)];
        if (study.Images.Length <= MostDetailed)
            shown.UnionWith(OfAll([.. systems.Where(
                system => system.Members.Length == study.Networks && system.Kind != SystemKinds.Single
                    && system.Members.All(member => member < study.Networks))]));
        (int Index, ScoredSystem System)[] featured =
            [.. systems.Index().Where(system => shown.Contains(system.Item.Name))];
        return [.. study.Images.Select((image, i) => new StudyImage(
            image, study.Labels[i], study.Router?.Images[image].Estimation.Counts ?? [],
            [.. featured.Select(system => AnswerOf(system.Index, system.System.Answers[i], study))]))];
    }

    private static IEnumerable<string> OfAll(ScoredSystem[] systems)
    {
        ScoredSystem[] quantiles = [.. systems.Where(system => system.Kind == SystemKinds.Quantile)];
        IEnumerable<ScoredSystem?> shown = systems.Where(
            system => system.Kind is SystemKinds.Dual or SystemKinds.Exclusion)
            .Append(systems.FirstOrDefault(system => system.Kind == SystemKinds.Cascade))
            .Concat(ShownQuantiles.Select(tau => quantiles.MinBy(system => Math.Abs(TauOf(system) - tau))));
        return shown.OfType<ScoredSystem>().Select(system => system.Name);
    }

    private static decimal TauOf(ScoredSystem quantile) =>
        decimal.Parse(quantile.Routing.Split(' ')[1], CultureInfo.InvariantCulture);

    private static StudyAnswer AnswerOf(int system, Answer answer, Study study) => new(
        system, answer.Class, answer.Radius, answer.Route is { } route ? study.Experts[route].Id : null,
        RoutedColumns.Limit(answer.Stage, answer.Other is { } other ? study.Experts[other].Id : null));
}
