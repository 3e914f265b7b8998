using Router.Estimator;
using Router.Estimator.Tests.Failover;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes;
using Tests;

namespace Coverage.Bench;

/// <summary>
/// Half-spaces on a line: each vote probability at x says how far away it falls to any other value, so that true radii
/// are known.
/// </summary>
internal static class Worlds
{
    /// <summary>α of every certificate.</summary>
    public const double Alpha = 0.05;

    /// <summary>n of every stage.</summary>
    public const int N = 10_000;

    /// <summary>The router's s; experts have half of it.</summary>
    public const decimal RouterSigma = 1, ExpertSigma = 0.5m;

    /// <summary>What is certified; toys do not look at it.</summary>
    public static readonly GridInput Input = new(new byte[] { 1 }, 1);

    /// <summary>n0 and n of every stage.</summary>
    public static readonly SampleCounts Counts = new(100, N);

    /// <summary>Fixed counts and one-sided radii, which two classes make the better choice.</summary>
    public static CertificationPlan Plan(CertificateKind kind) =>
        new(Counts, Counts, Alpha) { Kind = kind, TwoSided = false };

    /// <summary>
    /// A probability just below the bound that k of n votes give at this α: the bound is too large with probability α,
    /// all but a little.
    /// </summary>
    public static double AtBound(int k, double alpha) => ClopperPearson.Lower(k, N, alpha).Value * (1 - 1e-9);

    /// <summary>A network that votes for class 0 with probability p.</summary>
    public static ScriptedVoter Voter(string name, decimal sigma, double p) => BinomialVoter.Of(name, sigma, p);

    /// <summary>A router between two experts, and the probabilities of what each votes for first.</summary>
    public static RoutedClassifier Routed(RoutingRule rule, double router, double expert, double peer) => new(
        "router", Voter("router", RouterSigma, router),
            [new("a", Voter("a", ExpertSigma, expert)), new("b", Voter("b", ExpertSigma, peer))], rule);

    /// <summary>How far x must move before route 0 becomes route 1.</summary>
    public static double RouteRadius(RoutingRule rule, double p) =>
        (double)RouterSigma * (Normal.Quantile(p) - ChangeOf(rule));

    /// <summary>The probability of route 0 that has this radius.</summary>
    public static double RouterAt(RoutingRule rule, double radius) =>
        Normal.Cdf(radius / (double)RouterSigma + ChangeOf(rule));

    /// <summary>How far x must move before an expert's class 0 becomes class 1.</summary>
    public static double ClassRadius(double p, decimal sigma = ExpertSigma) => (double)sigma * Normal.Quantile(p);

    // Φ⁻¹(P_0) where the route changes.
    private static double ChangeOf(RoutingRule rule) => rule switch
    {
        RoutingRule.Quantile quantile => Normal.Quantile((double)quantile.Tau),
        RoutingRule.Biased biased => (biased.Bias[1] - biased.Bias[0]) / 2,
        _ => 0,
    };
}
