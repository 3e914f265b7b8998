using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing;

public abstract partial record RoutingRule
{
    /// <summary>
    /// ρ_τ(x) = min{k : F_k(x) ≥ τ} with F_k(x) = P[h(x+δ) ≤ k] over routes in ascending order of σ, F of the last
    /// route being 1 (docs/certificates.md, section 2b). τ = ½ is the median; a smaller τ prefers less noise.
    /// </summary>
    public sealed record Quantile : RoutingRule
    {
        /// <summary>A quantile of the votes.</summary>
        /// <param name="tau">τ in (0, 1).</param>
        /// <exception cref="ArgumentOutOfRangeException">τ is outside (0, 1).</exception>
        public Quantile(decimal tau)
        {
            if (tau is <= 0 or >= 1)
                throw new ArgumentOutOfRangeException(nameof(tau), tau, "τ lies above 0 and below 1");
            Tau = tau;
        }

        /// <summary>τ in (0, 1).</summary>
        public decimal Tau { get; }

        /// <inheritdoc/>
        public override string Kind => "quantile";

        /// <inheritdoc/>
        public override IEnumerable<string> Parameters => [SeedMessage.Shortest(Tau)];

        private Probability Threshold => new((double)Tau, (double)(1 - Tau));

        /// <inheritdoc/>
        public override int Select(VoteCounts selection)
        {
            long decided = selection.Total - selection.Undecided;
            int route = 0;
            while (route < selection.Counts.Length - 1 && UpTo(route, selection) < Tau * decided)
                route++;
            return route;
        }

        /// <inheritdoc/>
        // The dual certificate needs the two neighbours' bounds alone: no route lies beyond them that is reached
        // without passing one.
        public override AlphaLedger Split(CertificateKind kind, int routeCount, double total) =>
            kind == CertificateKind.Dual
            ? AlphaLedger.Of(
                total, new(AlphaLedger.Router, total / 2, Math.Min(2, OthersOf(routeCount))),
                new AlphaShare(AlphaLedger.Expert, total / 2))
            : AlphaLedger.Of(
                total,
                new(AlphaLedger.Router, total / 2, OthersOf(routeCount)),
                new(AlphaLedger.Expert, total / 2 - SideShare * total),
                new AlphaShare(AlphaLedger.Peer, SideShare * total, OthersOf(routeCount)));

        /// <inheritdoc/>
        // The selected route fixes the directions: F_k is bounded from below for k ≥ a and from above for k < a, K − 1
        // bounds in all.
        public override RouteBounds Bound(CertificateKind kind, int route, decimal sigma, IBounds bounds)
        {
            bool dual = kind == CertificateKind.Dual;
            return RouteBounds.Of(route, bounds.OutcomeCount, j => j > route
                ? RadiusAbove(sigma, bounds.Lower(AlphaLedger.Router, UpTo(dual ? route : j - 1)))
                : RadiusBelow(sigma, bounds.Upper(AlphaLedger.Router, UpTo(dual ? route - 1 : j))));
        }

        /// <inheritdoc/>
        // Counts up to k grow with k, and so do both bounds. With the true route t, an answer a
        // < t claims F_(t−1) ≥ τ as well, an answer a > t claims F_t < τ as well: two events, whatever a is.
        public override int? Predict(VoteCounts votes, double alpha)
        {
            int route = Select(votes);
            bool reached = route == votes.Counts.Length - 1 || RadiusAbove(1, Lower(route, votes, alpha / 2)) > 0;
            bool first = route == 0 || RadiusBelow(1, Upper(route - 1, votes, alpha / 2)) > 0;
            return reached && first ? route : null;
        }

        /// <inheritdoc/>
        public override string? Objection(ImmutableArray<decimal> sigmas) =>
            sigmas.Zip(sigmas.Skip(1)).All(pair => pair.First <= pair.Second)
            ? null
            : $"a quantile of the votes needs routes in ascending order of σ, but they have σ "
                + $"{string.Join(", ", sigmas)}";

        /// <summary>
        /// X_j = s(Φ⁻¹(lower F_(j−1)) − Φ⁻¹(τ)) for j > a: to become the route, j needs F_(j−1)(x') &lt; τ.
        /// </summary>
        /// <param name="sigma">The router's s.</param>
        /// <param name="lower">A lower bound on F_(j−1)(x).</param>
        public double RadiusAbove(decimal sigma, Probability lower) =>
            QuantileGap.Radius((double)sigma, lower, Threshold);

        /// <summary>X_j = s(Φ⁻¹(τ) − Φ⁻¹(upper F_j)) for j &lt; a: to become the route, j needs F_j(x') ≥ τ.</summary>
        /// <param name="sigma">The router's s.</param>
        /// <param name="upper">An upper bound on F_j(x).</param>
        public double RadiusBelow(decimal sigma, Probability upper) =>
            QuantileGap.Radius((double)sigma, Threshold, upper);

        /// <inheritdoc/>
        public override string ToString() => $"{Kind} {Tau}";

        // An undecided vote may be on any route: above k in a lower bound, at most k in an upper one.
        private static Probability Lower(int k, VoteCounts votes, double alpha) =>
            ClopperPearson.Lower(UpTo(k, votes), votes.Total, alpha);

        private static Probability Upper(int k, VoteCounts votes, double alpha) =>
            ClopperPearson.Upper(UpTo(k, votes) + votes.Undecided, votes.Total, alpha);

        private static ImmutableArray<int> UpTo(int k) => [.. Enumerable.Range(0, k + 1)];

        private static long UpTo(int k, VoteCounts votes)
        {
            long sum = 0;
            for (int route = 0; route <= k; route++)
                sum += votes.Counts[route];
            return sum;
        }
    }
}

/// <summary>
/// How far x must move before one probability can catch up with another, when x ↦ Φ⁻¹(P(x)) is 1/σ-Lipschitz (Salman et
/// al. 2019).
/// </summary>
internal static class QuantileGap
{
    // Φ⁻¹ is within 1e-14 relative of the exact value, a threshold or bias within 2⁻⁵³ of what was written, and the
    // differences lose a few roundings more: the gap gives up ten times their sum, in proportion to the terms and not
    // to what is left of them.
    private const double Margin = 1e-13;

    /// <summary>scale·(Φ⁻¹(high) + lead − Φ⁻¹(low)), rounded toward zero and floored at 0.</summary>
    /// <param name="scale">σ where one of the two probabilities moves, σ/2 where both do.</param>
    /// <param name="high">A lower bound on the probability that is ahead.</param>
    /// <param name="low">An upper bound on the one that must not reach it.</param>
    /// <param name="lead">What the first is given beforehand.</param>
    /// <param name="leadTerms">Sizes of what that is the difference of; its own where null.</param>
    public static double Radius(
        double scale, Probability high, Probability low, double lead = 0, double? leadTerms = null)
    {
        double above = high.Quantile, below = low.Quantile;
        if (double.IsNegativeInfinity(above) || double.IsPositiveInfinity(below)) return 0;
        // A probability of exactly 0 or 1 is 0 or 1 at every x.
        if (double.IsPositiveInfinity(above) || double.IsNegativeInfinity(below)) return double.PositiveInfinity;
        double margin = Margin * (1 + Math.Abs(above) + Math.Abs(below) + (leadTerms ?? Math.Abs(lead)));
        return Math.Max(0, scale * (above - below + lead - margin));
    }
}
