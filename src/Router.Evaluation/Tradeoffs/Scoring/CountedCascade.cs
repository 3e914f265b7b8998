using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// A cascade's certificates from its experts' votes at fixed counts (docs/certificates.md, section 5).
/// </summary>
/// <param name="study">All experts.</param>
/// <param name="stages">Those of the cascade by their place, in the order they are asked.</param>
internal sealed class CountedCascade(Study study, ImmutableArray<int> stages)
{
    /// <summary>Whether the experts' votes allow it: all are known, and were drawn at fixed counts.</summary>
    public static bool IsPossible(Study study) =>
        study.Experts.All(expert => expert is CountedExpert { Votes.Family: BoundFamily.FixedCount });

    /// <summary>The certificate of every image.</summary>
    public Answer[] Certify(Cascade cascade)
    {
        AlphaLedger ledger = cascade.Split(study.Alpha);
        return [.. study.Images.Select(image => Certify(cascade, ledger, image))];
    }

    // CascadeCertification, from counts; stages are asked as it asks them, so that they cost what they would.
    private Answer Certify(Cascade cascade, AlphaLedger ledger, int image)
    {
        int answering = 0;
        while (!cascade.Accepts(answering, Votes(answering, image).Selection))
            answering++;
        int label = cascade.Foremost(answering, Votes(answering, image).Selection);
        CascadeTerms terms = new(cascade, answering, label);
        for (int? place = answering; place is { } asked; place = terms.Next(Best))
        {
            CountedBounds bounds = Expert(asked).Bounds(image, ledger);
            Probability lower = bounds.Lower(AlphaLedger.Expert, label);
            terms.Add(asked, Expert(asked).Sigma, lower, cascade.Nearest(
                asked, label, lower, Votes(asked, image).Estimation.Counts,
                other => bounds.Upper(AlphaLedger.Silence, other)));
        }
        Cost cost = default;
        // A stage before the answer draws its selection in any case, a later one none.
        for (int place = 0; place < stages.Length; place++)
            if (terms.Has(place)) cost += study.CostOf(stages[place], image, asPeer: place > answering);
            else if (place < answering) cost += study.CostOfSelection(stages[place], image);
        (Stage limiting, int at) = terms.Limit;
        return new(
            terms.Radius > 0 ? label : null, terms.Radius, stages[answering], limiting,
            limiting == Stage.Expert ? null : stages[at], cost);

        (decimal Sigma, Probability Lower, Probability Upper) Best(int place)
        {
            long draws = Votes(place, image).Estimation.Total;
            return (
                Expert(place).Sigma,
                study.Table.Of(
                    Expert(place).Votes.Family, ledger[AlphaLedger.Expert], BoundSide.Lower, draws, draws, 0, 0,
                    default),
                study.Table.Of(
                    Expert(place).Votes.Family, ledger[AlphaLedger.Silence], BoundSide.Upper, 0, draws, 0, 0, default));
        }
    }

    private CountedExpert Expert(int stage) => (CountedExpert)study.Experts[stages[stage]];

    private ImageVotes Votes(int stage, int image) => Expert(stage).Votes.Images[image];
}
