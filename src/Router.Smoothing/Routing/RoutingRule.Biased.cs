using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing;

public abstract partial record RoutingRule
{
    /// <summary>
    /// ρ(x) = argmax_k (Φ⁻¹(P_k(x)) + b_k), ties to the lowest index: a bias per route, turned after training
    /// (docs/certificates.md, section 2b).
    /// </summary>
    public sealed record Biased : RoutingRule
    {
        /// <summary>
        /// The largest |b_k|. Quantiles of probabilities that a double can hold lie within ±39: a lead beyond their
        /// distance outweighs any votes, and more says no more.
        /// </summary>
        public const int Most = 100;

        /// <summary>A bias per route.</summary>
        /// <param name="bias">
        /// b_k in the order of the router's outputs, in [−<see cref="Most"/>, <see cref="Most"/>].
        /// </param>
        /// <exception cref="ArgumentException">A bias is NaN or outside of its range.</exception>
        public Biased(params ImmutableArray<double> bias) => Bias = bias.All(Allows)
            ? bias
            : throw new ArgumentException(
                $"a bias lies from -{Most} to {Most}, got {string.Join(", ", bias)}", nameof(bias));

        /// <summary>Whether a bias is in its range.</summary>
        public static bool Allows(double bias) => Math.Abs(bias) <= Most;

        /// <summary>b_k in the order of the router's outputs.</summary>
        public ImmutableArray<double> Bias { get; }

        /// <inheritdoc/>
        public override string Kind => "biased";

        /// <inheritdoc/>
        public override IEnumerable<string> Parameters => Bias.Select(SeedMessage.Shortest);

        /// <inheritdoc/>
        public override int Select(VoteCounts selection)
        {
            double[] scores = [.. selection.Counts.Select((count, k) => Score(count, selection.Total) + Bias[k])];
            return Array.IndexOf(scores, scores.Max());
        }

        /// <inheritdoc/>
        public override RouteBounds Bound(CertificateKind kind, int route, decimal sigma, IBounds bounds)
        {
            Probability chosen = bounds.Lower(AlphaLedger.Router, route);
            return RouteBounds.Of(route, bounds.OutcomeCount, j => Radius(
                sigma, chosen,
                kind == CertificateKind.Dual ? Probability.One : bounds.Upper(AlphaLedger.OtherRoute, j),
                Bias[route] - Bias[j]));
        }

        /// <inheritdoc/>
        // A wrong route a is answered only where p_a > P_a (one of K − 1 routes) or U_t < P_t for the true route t: K
        // events.
        public override int? Predict(VoteCounts votes, double alpha)
        {
            int route = Select(votes);
            Probability chosen = Cohen.LowerBound(route, votes, alpha / votes.Counts.Length);
            RouteBounds gaps = RouteBounds.Of(route, votes.Counts.Length, j => Radius(
                1, chosen, Cohen.UpperBound(j, votes, alpha / votes.Counts.Length), Bias[route] - Bias[j]));
            return gaps.Radius > 0 ? route : null;
        }

        /// <inheritdoc/>
        public override string? Objection(ImmutableArray<decimal> sigmas) =>
            Bias.Length == sigmas.Length ? null : $"there are {Bias.Length} biases for {sigmas.Length} routes";

        /// <inheritdoc/>
        public override RoutingRule Restrict(ImmutableArray<int> members) =>
            new Biased([.. members.Select(member => Bias[member])]);

        /// <summary>X_j = (s/2)(Φ⁻¹(p_a) + b_a − Φ⁻¹(min(U_j, 1 − p_a)) − b_j).</summary>
        /// <param name="sigma">The router's s.</param>
        /// <param name="chosen">p_a, a lower bound.</param>
        /// <param name="other">U_j, an upper bound.</param>
        /// <param name="lead">b_a − b_j.</param>
        public static double Radius(decimal sigma, Probability chosen, Probability other, double lead) =>
            QuantileGap.Radius((double)sigma / 2, chosen, Probability.Min(other, chosen.Opposite), lead);

        /// <inheritdoc/>
        public bool Equals(Biased? other) => other is not null && Bias.SequenceEqual(other.Bias);

        /// <inheritdoc/>
        public override int GetHashCode() => Bias.Length == 0 ? 0 : Bias[0].GetHashCode();

        /// <inheritdoc/>
        public override string ToString() => $"{Kind} {string.Join(',', Bias)}";

        private static double Score(long count, long total) =>
            new Probability((double)count / total, (double)(total - count) / total).Quantile;
    }
}
