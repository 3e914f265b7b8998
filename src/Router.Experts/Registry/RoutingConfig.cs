using Router.Engine;
using Router.Smoothing;

namespace Router.Experts.Registry;

/// <summary>How votes over routes become a route. Closed: the kinds are the nested records.</summary>
public abstract record RoutingConfig : Written
{
    private RoutingConfig() { }

    /// <summary>Its name in the registry, one of <see cref="RoutingKinds"/>.</summary>
    public abstract string Kind { get; }

    /// <summary>True where a smoothed router votes.</summary>
    public virtual bool UsesRouter => true;

    /// <summary>
    /// Where a router votes: the only experts that it routes to, votes for others going to the nearest σ; empty for all
    /// (certificates, section 3).
    /// </summary>
    public ValueArray<string> Mix { get; init; } = [];

    /// <summary>ρ(x) = argmax_k P[h(x+δ) = k] (certificates, section 1).</summary>
    public sealed record MostVoted : RoutingConfig
    {
        /// <inheritdoc/>
        public override string Kind => RoutingKinds.MostVoted;
    }

    /// <summary>ρ_τ(x) = min{k : F_k(x) ≥ τ} over routes ordered by σ (certificates, section 2b).</summary>
    /// <param name="Tau">τ in (0, 1); ½ is the median.</param>
    public sealed record Quantile(decimal Tau) : RoutingConfig
    {
        /// <inheritdoc/>
        public override string Kind => RoutingKinds.Quantile;
    }

    /// <summary>argmax_k (Φ⁻¹(P_k) + b_k) (certificates, section 2b).</summary>
    /// <param name="Bias">b_k in the order of the router's routes.</param>
    public sealed record Biased(ValueArray<double> Bias) : RoutingConfig
    {
        /// <inheritdoc/>
        public override string Kind => RoutingKinds.Biased;
    }

    /// <summary>
    /// The first stage i where a class has its threshold τ_i,c answers, the last by argmax (certificates, section 5).
    /// </summary>
    /// <param name="Order">Expert ids, first stage first.</param>
    /// <param name="Thresholds">τ_i,c in (0, 1) of every stage but the last.</param>
    public sealed record Cascade(ValueArray<string> Order, ValueArray<Thresholds> Thresholds) : RoutingConfig
    {
        /// <inheritdoc/>
        public override string Kind => RoutingKinds.Cascade;

        /// <inheritdoc/>
        public override bool UsesRouter => false;
    }

    /// <summary>One expert answers everything: a mix of one, no router samples, no cap on the radius.</summary>
    /// <param name="Expert">Its id.</param>
    public sealed record Fixed(string Expert) : RoutingConfig
    {
        /// <inheritdoc/>
        public override string Kind => RoutingKinds.Fixed;

        /// <inheritdoc/>
        public override bool UsesRouter => false;
    }
}

/// <summary>The values of <c>routing.kind</c>.</summary>
internal static class RoutingKinds
{
    /// <summary>The route with most votes.</summary>
    public const string MostVoted = "mostVoted";

    /// <summary>A quantile of the votes in order of σ.</summary>
    public const string Quantile = "quantile";

    /// <summary>Most votes after a fixed bias per route.</summary>
    public const string Biased = "biased";

    /// <summary>Experts in turn until one is sure.</summary>
    public const string Cascade = "cascade";

    /// <summary>Always the same expert.</summary>
    public const string Fixed = "fixed";

    /// <summary>All of them, in the order the documentation lists them.</summary>
    public static ValueArray<string> All { get; } = [MostVoted, Quantile, Biased, Cascade, Fixed];
}
