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

    // CascadeCertification, from counts; stages are asked as it asks them, so that they cost what they would.
    private Answer Certify(Cascade cascade, AlphaLedger ledger, int image)
    {
        int answering = 0;
        while (!cascade.Accepts(answering, Votes(answering, image).Selection))
            answering++;
        int label = Votes(answering, image).Selection.MostVoted;
        Span<double> answers = stackalloc double[stages.Length], silences = stackalloc double[stages.Length];
        Span<bool> asked = stackalloc bool[stages.Length];
        Ask(answering, answers, silences, asked);
        for (int place = 0; place < stages.Length; place++)
            if (place != answering && CanGrow(answers, silences, asked))
                Ask(place, answers, silences, asked);
        (double radius, int limiting) = Cascade.Radius(answers, silences);
        Cost cost = default;
        for (int place = 0; place < stages.Length; place++)
            if (place <= answering || asked[place])
                cost += Drawn(place, asked[place]);
        Stage stage = limiting == answering || !asked[limiting] ? Stage.Expert : limiting < answering ? Stage.Earlier : Stage.Later;
        return new(radius > 0 ? label : null, radius, stages[answering], stage, stage == Stage.Expert ? null : stages[limiting], cost);

        void Ask(int place, Span<double> answers, Span<double> silences, Span<bool> asked)
        {
            CountedBounds bounds = Expert(place).Bounds(image, ledger);
            Probability lower = bounds.Lower(AlphaLedger.Expert, label);
            asked[place] = true;
            answers[place] = Cascade.AnswerRadius(Expert(place).Sigma, lower, cascade.Threshold(place));
            if (place < stages.Length - 1)
                silences[place] = Cascade.SilenceRadius(
                    Expert(place).Sigma,
                    Probability.Min(bounds.Upper(AlphaLedger.Silence, CascadeEvidence.MostVotedBut(label, Votes(place, image).Estimation)), lower.Opposite), cascade.Threshold(place));
        }

        bool CanGrow(ReadOnlySpan<double> answers, ReadOnlySpan<double> silences, ReadOnlySpan<bool> asked)
        {
            Span<double> bestAnswers = stackalloc double[stages.Length], bestSilences = stackalloc double[stages.Length];
            for (int place = 0; place < stages.Length; place++)
            {
                bestAnswers[place] = asked[place] ? answers[place] : place < answering ? 0 : Ceiling(place, BoundSide.Lower);
                bestSilences[place] = asked[place] ? silences[place] : place == stages.Length - 1 ? 0 : Ceiling(place, BoundSide.Upper);
            }
            return Cascade.Radius(bestAnswers, bestSilences).Radius > Cascade.Radius(answers, silences).Radius;
        }

        double Ceiling(int place, BoundSide side)
        {
            NetworkVotes votes = Expert(place).Votes;
            long draws = votes.Images[image].Estimation.Total;
            Probability bound = study.Table.Of(
                votes.Family, ledger[side == BoundSide.Lower ? AlphaLedger.Expert : AlphaLedger.Silence], side, side == BoundSide.Lower ? draws : 0, draws, 0, 0, default);
            return side == BoundSide.Lower ? Cascade.AnswerRadius(votes.Sigma, bound, cascade.Threshold(place)) : Cascade.SilenceRadius(votes.Sigma, bound, cascade.Threshold(place));
        }

        // A stage before the answer draws its selection in any case, a later one none.
        Cost Drawn(int place, bool estimated) => estimated ? study.CostOf(stages[place], image, asPeer: place > answering) : study.CostOfSelection(stages[place], image);
    }

    private CountedExpert Expert(int stage) => (CountedExpert)study.Experts[stages[stage]];

    private ImageVotes Votes(int stage, int image) => Expert(stage).Votes.Images[image];
}
