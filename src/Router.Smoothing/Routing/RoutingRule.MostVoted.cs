using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing;

public abstract partial record RoutingRule
{
    /// <summary>ρ(x) = argmax_k P_k(x), ties to the lowest index (docs/certificates.md, sections 1 and 2).</summary>
    public sealed record MostVoted : RoutingRule
    {
        /// <inheritdoc/>
        public override string Kind => "mostVoted";

        /// <inheritdoc/>
        public override IEnumerable<string> Parameters => [];

        /// <inheritdoc/>
        public override int Select(VoteCounts selection) => selection.MostVoted;

        /// <inheritdoc/>
        public override RouteBounds Bound(CertificateKind kind, int route, decimal sigma, IBounds bounds)
        {
            Probability chosen = bounds.Lower(AlphaLedger.Router, route);
            return RouteBounds.Of(route, bounds.OutcomeCount, j => kind == CertificateKind.Dual
                ? Cohen.Radius(sigma, chosen)
                : Radius(sigma, chosen, bounds.Upper(AlphaLedger.OtherRoute, j)));
        }

        /// <inheritdoc/>
        public override int? Predict(VoteCounts votes, double alpha) => Cohen.Predict(votes, alpha);

        /// <summary>
        /// X_j = (s/2)(Φ⁻¹(p_a) − Φ⁻¹(min(U_j, 1 − p_a))): being the route at x' takes P_j(x') ≥ P_a(x'), and both
        /// quantiles are 1/s-Lipschitz. It is the two-sided radius of a vote among routes.
        /// </summary>
        /// <param name="sigma">The router's s.</param>
        /// <param name="chosen">p_a, a lower bound.</param>
        /// <param name="other">U_j, an upper bound.</param>
        public static double Radius(decimal sigma, Probability chosen, Probability other) =>
            Cohen.Radius(sigma, chosen, [other]);

        /// <inheritdoc/>
        public override string ToString() => Kind;
    }
}
