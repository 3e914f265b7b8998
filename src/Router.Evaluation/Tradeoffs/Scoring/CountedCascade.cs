using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs.Answers;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>A cascade's certificates from its experts' votes at fixed counts (docs/certificates.md, section 5).</summary>
/// <param name="study">All experts.</param>
/// <param name="stages">Those of the cascade by their place, in the order they are asked.</param>
internal sealed class CountedCascade(Study study, ImmutableArray<int> stages)
{
    /// <summary>Whether the experts' votes allow it: all are known, and were drawn at fixed counts.</summary>
    public static bool IsPossible(Study study) => study.Experts.All(expert => expert is CountedExpert { Votes.Family: BoundFamily.FixedCount });

    /// <summary>The certificate of every image.</summary>
    public Answer[] Certify(Cascade cascade)
    {
        AlphaLedger ledger = cascade.Split(study.Alpha);
        return [.. study.Images.Select(image => Certify(cascade, ledger, image))];
    }

    private Answer Certify(Cascade cascade, AlphaLedger ledger, int image)
    {
        int answering = 0;
        Cost cost = CostOf(0, image);
        while (!cascade.Accepts(answering, Votes(answering, image).Selection))
            cost += CostOf(++answering, image);
        int label = Votes(answering, image).Selection.MostVoted;
        double radius = Cascade.AnswerRadius(
            Expert(answering).Sigma, Expert(answering).Bounds(image, ledger).Lower(AlphaLedger.Expert, label), cascade.Threshold(answering));
        (Stage stage, int? limiting) = (Stage.Expert, (int?)null);
        for (int earlier = 0; earlier < answering && radius > 0; earlier++)
        {
            ImmutableArray<long> counts = Votes(earlier, image).Estimation.Counts;
            int other = Enumerable.Range(0, counts.Length).Where(other => other != label).MaxBy(other => counts[other]);
            double silent = Cascade.SilenceRadius(
                Expert(earlier).Sigma, Expert(earlier).Bounds(image, ledger).Upper(AlphaLedger.Earlier, other), cascade.Threshold(earlier));
            if (silent < radius)
                (radius, stage, limiting) = (silent, Stage.Earlier, stages[earlier]);
        }
        return new(radius > 0 ? label : null, radius, stages[answering], stage, limiting, cost);
    }

    private CountedExpert Expert(int stage) => (CountedExpert)study.Experts[stages[stage]];

    private ImageVotes Votes(int stage, int image) => Expert(stage).Votes.Images[image];

    private Cost CostOf(int stage, int image) => study.CostOf(stages[stage], image, asPeer: false);
}
