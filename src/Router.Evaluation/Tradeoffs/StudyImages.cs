using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs.Scoring;
using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs;

/// <summary>What single experts and the systems of <see cref="SystemKinds.Featured"/> answered about each image.</summary>
internal static class StudyImages
{
    /// <summary>Beyond so many images a document lists single experts alone: it is read by browsers.</summary>
    public const int MostDetailed = 2000;

    public static ImmutableArray<StudyImage> Of(Study study, ScoredSystem[] systems, StudyChoice? choice)
    {
        (int Index, ScoredSystem System)[] featured = [.. systems.Index().Where(system => IsFeatured(system.Item, study, choice))];
        return [.. study.Images.Select((image, i) => new StudyImage(
            image, study.Labels[i], study.Router?.Images[image].Estimation.Counts ?? [],
            [.. featured.Select(system => AnswerOf(system.Index, system.System.Answers[i], study))]))];
    }

    private static bool IsFeatured(ScoredSystem system, Study study, StudyChoice? choice) => system.Kind == SystemKinds.Single
        || (study.Images.Length <= MostDetailed && (system.Name == choice?.Chosen || IsOfAll(system, study)));

    private static bool IsOfAll(ScoredSystem system, Study study) =>
        system.Members.Length == study.Experts.Length && system.Kind is (SystemKinds.Dual or SystemKinds.Exclusion or SystemKinds.Quantile);

    private static StudyAnswer AnswerOf(int system, Answer answer, Study study) => new(
        system, answer.Class, answer.Radius, answer.Route is { } route ? study.Experts[route].Id : null,
        answer.Stage switch
        {
            Stage.Router => "router",
            Stage.Expert => "expert",
            Stage.Peer => $"peer:{study.Experts[answer.Other!.Value].Id}",
            Stage.Later => $"later:{study.Experts[answer.Other!.Value].Id}",
            _ => $"earlier:{study.Experts[answer.Other!.Value].Id}",
        });
}
