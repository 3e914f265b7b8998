using Router.Smoothing.Bounds;

namespace Router.Smoothing.Sampling;

/// <summary>
/// What the stages of a cascade prove, and what they would prove under an assumption about the draws that are left.
/// </summary>
internal sealed class CascadeProjection(SamplingPlan plan, CascadeState state)
{
    private readonly Dictionary<Assumption, Terms> _terms = [];

    // A_i and S_i by stage. R is the best of the chains: stages up to k − 1 are silent, and stage k answers.
    private sealed record Terms(double[] Answers, double[] Silences)
    {
        public double Radius => Cascade.Radius(Answers, Silences).Radius;

        public double Of(Term term) => (term.IsAnswer ? Answers : Silences)[term.Place];
    }

    private readonly record struct Term(int Place, bool IsAnswer);

    /// <summary>R under an assumption.</summary>
    public double At(Assumption assumption) => TermsAt(assumption).Radius;

    /// <summary>The first stage that no estimation vote was drawn of.</summary>
    public int FirstToAsk => Enumerable.Range(0, state.Stages.Length).First(place => !HasDrawn(place));

    /// <summary>
    /// The stage whose draws help most. Of the chains that could end above the radius, one is chosen that reaches the
    /// target, or what votes as so far would prove, in the fewest draws; in it the least term draws.
    /// </summary>
    /// <param name="radius">R now; not all that unanimous votes would prove.</param>
    public int Limiting(double radius)
    {
        Terms now = TermsAt(Assumption.NoMore), asSoFar = TermsAt(Assumption.AsSoFar),
            best = TermsAt(Assumption.Unanimous);
        double level = plan.Stopping!.Target ?? asSoFar.Radius;
        Term[][] open = [.. Chains().Where(chain => chain.Min(best.Of) > radius)];
        Term[][] reaching = [.. open.Where(chain => level > radius && chain.Min(asSoFar.Of) >= level)];
        Term[] chosen = reaching.Length > 1
            ? reaching.MinBy(chain => chain.Sum(term => DrawsTo(level, term, now.Of(term))))!
            : reaching.FirstOrDefault() ?? open.MaxBy(chain => chain.Min(asSoFar.Of))!;
        return chosen.MinBy(now.Of).Place;
    }

    private IEnumerable<Term[]> Chains() => Enumerable.Range(0, state.Stages.Length).Select(
        end => (Term[])
        [
            .. Enumerable.Range(0, end).Select(place => new Term(place, IsAnswer: false)), new(end, IsAnswer: true),
        ]);

    // Votes as so far rise towards their limit, so that the first look which reaches a level can be searched by halves.
    private double DrawsTo(double level, Term term, double now)
    {
        if (now >= level) return 0;
        StageBounds? bounds = state.Stages[term.Place].Bounds;
        long drawn = bounds?.Drawn ?? 0;
        List<long> looks = [];
        for (long look = drawn; look < plan.Expert.Estimation;)
            looks.Add(look = plan.LookAfter(look, plan.Expert.Estimation));
        int below = -1, reached = looks.Count - 1;
        while (reached - below > 1)
        {
            int half = (below + reached) / 2;
            (double answer, double silence) = bounds is null
                ? FromTheStart(term.Place, looks[half])
                : AsSoFar(term.Place, bounds, looks[half]);
            if ((term.IsAnswer ? answer : silence) >= level) reached = half;
            else below = half;
        }
        return looks[reached] - drawn;
    }

    private Terms TermsAt(Assumption assumption)
    {
        if (_terms.TryGetValue(assumption, out Terms? known)) return known;
        (double Answer, double Silence)[] terms =
            [.. Enumerable.Range(0, state.Stages.Length).Select(place => Of(place, assumption))];
        return _terms[assumption] =
            new([.. terms.Select(term => term.Answer)], [.. terms.Select(term => term.Silence)]);
    }

    private (double Answer, double Silence) Of(int place, Assumption assumption)
    {
        SampledStage stage = state.Stages[place];
        (double Answer, double Silence) now = HasDrawn(place) ? Proved(place, stage.Bounds!) : default;
        if (assumption == Assumption.NoMore || stage.IsGone || stage.Bounds is { } all && all.Drawn == all.Planned)
            return now;
        (double Answer, double Silence) then = (assumption, stage.Bounds) switch
        {
            (_, null) => FromTheStart(place, plan.Expert.Estimation),
            (Assumption.AsSoFar, { } bounds) => AsSoFar(place, bounds, bounds.Planned),
            (Assumption.AtBest, { Drawn: > 0 } bounds) => AtBest(place, bounds),
            (_, { } bounds) => Expected(place, bounds.Projecting(ProjectedVotes.AllOn(state.Label, bounds))),
        };
        // An earlier stage can help by its silence alone before it has shown more: its selection votes passed on.
        double answer = place < state.Answering && !HasDrawn(place) ? 0 : then.Answer;
        return (Math.Max(now.Answer, answer), Math.Max(now.Silence, then.Silence));
    }

    private bool HasDrawn(int place) => state.Stages[place].Bounds is { Drawn: > 0 };

    private (double Answer, double Silence) AsSoFar(int place, StageBounds bounds, long draws) =>
        Expected(place, bounds.Projecting(ProjectedVotes.AsSoFar(bounds, draws)));

    // Of votes that were drawn, every other class counts. What is expected of others need not be exact: those with the
    // most votes of each threshold do.
    private (double Answer, double Silence) Proved(int place, StageBounds bounds)
    {
        if (bounds.Family is not BoundFamily.Simultaneous)
            return Expected(place, bounds);
        Probability lower = bounds.Lower(AlphaLedger.Expert, state.Label);
        RivalBound? rival = state.Cascade.NearestOf(
            place, lower,
            Enumerable.Range(0, bounds.OutcomeCount).Where(other => other != state.Label)
                .Select(other => new RivalBound(other, bounds.Upper(AlphaLedger.Silence, other))));
        return Radii(place, lower, rival!.Value);
    }

    private (double Answer, double Silence) Expected(int place, StageBounds bounds)
    {
        Probability lower = bounds.Lower(AlphaLedger.Expert, state.Label);
        return Radii(place, lower, Nearest(place, bounds, lower));
    }

    // The class as often as may be, and its rival as seldom.
    private (double Answer, double Silence) AtBest(int place, StageBounds bounds)
    {
        double error = plan.Stopping!.Futility;
        Probability lower = bounds.Projecting(ProjectedVotes.AtBest(state.Label, bounds, error))
            .Lower(AlphaLedger.Expert, state.Label);
        int rival = Nearest(place, bounds, lower).Class;
        Probability upper = bounds.Projecting(ProjectedVotes.AtLeast(rival, bounds, error))
            .Upper(AlphaLedger.Silence, rival);
        return Radii(place, lower, new(rival, upper));
    }

    private RivalBound Nearest(int place, StageBounds bounds, Probability lower) => state.Cascade.Nearest(
        place, state.Label, lower, bounds.SoFar.Counts, other => bounds.Upper(AlphaLedger.Silence, other));

    // A stage that nothing was drawn of, should every vote be for the class.
    private (double Answer, double Silence) FromTheStart(int place, long draws)
    {
        ConfidenceBound Bound(string share) => plan.Family.Of(
            state.Ledger[share], plan.Expert.Estimation, state.Stages[place].Stream, favourable: 0, others: 0);
        return Radii(
            place, Bound(AlphaLedger.Expert).Lower(draws, draws), state.Cascade.Unknown(place, state.Label) with
            {
                Upper = Bound(AlphaLedger.Silence).Upper(0, draws),
            });
    }

    private (double Answer, double Silence) Radii(int place, Probability lower, RivalBound rival) =>
        state.Cascade.Radii(place, state.Stages[place].Sigma, state.Label, lower, rival);
}
