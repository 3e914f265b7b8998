using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>Experts alone, with all of α.</summary>
internal static class Singles
{
    /// <summary>Plain randomized smoothing of every image.</summary>
    public static Answer[] Of(Study study, int expert) => [.. study.Images.Select(image => Of(study, expert, image))];

    /// <summary>Plain randomized smoothing of one image.</summary>
    public static Answer Of(Study study, int expert, int image)
    {
        ExpertAnswers answers = study.Experts[expert];
        double radius = answers.RadiusAlone(image, study.Alpha);
        // A log's radius may be printed as 0 where its class was certified: the log says whether it abstained, votes
        // say it by the radius.
        bool answered = radius > 0 || answers is LoggedExpert;
        return new(
            answered ? answers.ClassOf(image) : null, radius, null, Stage.Expert, null,
            study.CostOf(expert, image, asPeer: false));
    }

    /// <summary>Of every image the expert that is right with the largest radius: what no classifier has.</summary>
    /// <param name="singles">Each expert's answers.</param>
    /// <param name="study">The images.</param>
    public static Answer[] Best(IReadOnlyList<Answer[]> singles, Study study) => [.. study.Labels.Select((label, i) =>
        singles.Select(single => single[i]).MaxBy(answer => (answer.Class == label ? 1 : 0, answer.RadiusIf(label))))];
}
