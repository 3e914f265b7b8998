using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing;

/// <summary>
/// Randomized smoothing with one σ: CERTIFY and PREDICT of Cohen, Rosenfeld and Kolter 2019, as pure functions of
/// votes.
/// </summary>
public static class Cohen
{
    /// <summary>
    /// The radius within which class A stays the smoothed answer, R = σ·Φ⁻¹(p_A) (Theorem 1 with p_B ≤ 1 − p_A); 0
    /// where p_A ≤ ½.
    /// </summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="lower">A lower bound on the probability of the class.</param>
    public static double Radius(decimal sigma, Probability lower) =>
        Math.Max(0, (double)sigma * lower.Quantile * RoundingMargin);

    /// <summary>
    /// The same from both sides (Theorem 1), R = σ/2 (Φ⁻¹(p_A) − Φ⁻¹(p_B)) with p_B = max over j ≠ A of min(U_j, 1 −
    /// p_A), rounded toward zero; 0 where p_A ≤ p_B. Classes that share the rest leave more radius than 1 − p_A shows.
    /// The runner-up is not known beforehand, so all others are bounded, in equal parts of their share.
    /// </summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="lower">p_A, a lower bound on the probability of the class.</param>
    /// <param name="others">U_j, an upper bound on that of every other class.</param>
    public static double Radius(decimal sigma, Probability lower, ReadOnlySpan<Probability> others)
    {
        Probability second = Probability.Zero;
        foreach (Probability other in others)
            second = Probability.Max(second, Probability.Min(other, lower.Opposite));
        // The first is the second at 1 − p_A, and loses less to rounding.
        return Math.Max(Radius(sigma, lower), QuantileGap.Radius((double)sigma / 2, lower, second));
    }

    /// <summary>
    /// The radius within which a class is constant: from one side, or from both where the ledger has shares for the
    /// other classes.
    /// </summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="bounds">Bounds on the votes, at the shares of the ledger.</param>
    /// <param name="ledger">Whether it has such shares was decided before drawing.</param>
    /// <param name="outcome">The class, not selected on these votes.</param>
    /// <param name="share">Whose share bounds the class.</param>
    public static double Radius(decimal sigma, IBounds bounds, AlphaLedger ledger, int outcome, string share)
    {
        Probability lower = bounds.Lower(share, outcome);
        return ledger.OthersOf(share) is { } others
            ? Radius(
                sigma, lower,
                [
                    .. Enumerable.Range(0, bounds.OutcomeCount).Where(other => other != outcome)
                        .Select(other => bounds.Upper(others, other)),
                ])
            : Radius(sigma, lower);
    }

    /// <summary>From both sides where every other class was bounded above, else from one.</summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="lower">p_A, a lower bound on the probability of the class.</param>
    /// <param name="others">U_j of every other class; null where it was not bounded.</param>
    internal static double RadiusOfKnown(decimal sigma, Probability lower, IReadOnlyCollection<Probability?> others) =>
        others.Count > 0 && others.All(upper => upper is not null)
            ? Radius(sigma, lower, [.. others.Select(upper => upper!.Value)])
            : Radius(sigma, lower);

    /// <summary>
    /// CERTIFY's second half: bounds the selected outcome's probability from votes it was not selected on. An undecided
    /// vote counts as a failure, and so does a pass.
    /// </summary>
    /// <param name="selected">The outcome, chosen on other samples.</param>
    /// <param name="estimation">Votes at the pre-registered n.</param>
    /// <param name="alpha">The failure probability of this bound, in (0, 1).</param>
    public static Probability LowerBound(int selected, VoteCounts estimation, double alpha) =>
        ClopperPearson.Lower(estimation.Counts[selected], estimation.Total, alpha);

    /// <summary>
    /// An upper bound on an outcome's probability. An undecided vote counts as a success for every outcome, a pass for
    /// none.
    /// </summary>
    /// <param name="outcome">The outcome, fixed on other samples.</param>
    /// <param name="estimation">Votes at the pre-registered n.</param>
    /// <param name="alpha">The failure probability of this bound, in (0, ½].</param>
    public static Probability UpperBound(int outcome, VoteCounts estimation, double alpha) =>
        ClopperPearson.Upper(estimation.Counts[outcome] + estimation.Undecided, estimation.Total, alpha);

    /// <summary>
    /// PREDICT: the most voted outcome, where a two-sided binomial test of the two top counts rejects a tie at level α;
    /// otherwise null, abstain. An undecided vote goes to the runner-up, a pass to neither.
    /// </summary>
    public static int? Predict(VoteCounts votes, double alpha)
    {
        int top = votes.MostVoted;
        long winners = votes.Counts[top];
        long losers = (votes.RunnerUp < 0 ? 0 : votes.Counts[votes.RunnerUp]) + votes.Undecided;
        return winners > losers && BinomialTest.TwoSidedAtHalf(winners, winners + losers) <= alpha ? top : null;
    }

    // Three roundings (σ to double, two products) each cost at most 2⁻⁵³ relative: the radius gives up more than their
    // sum.
    private const double RoundingMargin = 1 - 1e-15;
}
