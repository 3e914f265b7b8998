using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>Randomized smoothing with one σ: CERTIFY and PREDICT of Cohen, Rosenfeld and Kolter 2019, as pure functions of votes.</summary>
public static class Cohen
{
    /// <summary>
    /// The radius within which class A stays the smoothed answer, R = σ·Φ⁻¹(p_A) (Theorem 1 with p_B ≤ 1 − p_A); 0 where p_A ≤ ½.
    /// </summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="lower">A lower bound on the probability of the class.</param>
    public static double Radius(decimal sigma, Probability lower) => Math.Max(0, (double)sigma * lower.Quantile * RoundingMargin);

    /// <summary>
    /// CERTIFY's second half: bounds the selected outcome's probability from votes it was not selected on. An undecided vote counts as a failure.
    /// </summary>
    /// <param name="selected">The outcome, chosen on other samples.</param>
    /// <param name="estimation">Votes at the pre-registered n.</param>
    /// <param name="alpha">The failure probability of this bound, in (0, 1).</param>
    public static Probability LowerBound(int selected, Votes estimation, double alpha) =>
        ClopperPearson.Lower(estimation.Counts[selected], estimation.Total, alpha);

    /// <summary>An upper bound on an outcome's probability. An undecided vote counts as a success for every outcome.</summary>
    /// <param name="outcome">The outcome, fixed on other samples.</param>
    /// <param name="estimation">Votes at the pre-registered n.</param>
    /// <param name="alpha">The failure probability of this bound, in (0, ½].</param>
    public static Probability UpperBound(int outcome, Votes estimation, double alpha) =>
        ClopperPearson.Upper(estimation.Counts[outcome] + estimation.Undecided, estimation.Total, alpha);

    /// <summary>
    /// PREDICT: the most voted outcome, where a two-sided binomial test of the two top counts rejects a tie at level α; otherwise null, abstain.
    /// An undecided vote goes to the runner-up.
    /// </summary>
    public static int? Predict(Votes votes, double alpha)
    {
        int top = votes.MostVoted;
        long winners = votes.Counts[top];
        long losers = (votes.RunnerUp < 0 ? 0 : votes.Counts[votes.RunnerUp]) + votes.Undecided;
        return winners > losers && BinomialTest.TwoSidedAtHalf(winners, winners + losers) <= alpha ? top : null;
    }

    // Three roundings (σ to double, two products) each cost at most 2⁻⁵³ relative: the radius gives up more than their sum.
    private const double RoundingMargin = 1 - 1e-15;
}
