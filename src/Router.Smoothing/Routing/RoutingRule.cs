using System.Collections.Immutable;
using Router.Votes;

namespace Router.Smoothing;

/// <summary>
/// How the router's vote probabilities P_k(x) = P[h(x+δ) = k], δ ~ N(0, s²I), become a route ρ(x). A rule is part of
/// the function that is certified; any rule can be applied to the same votes. Closed: the rules are the nested records.
/// </summary>
public abstract partial record RoutingRule
{
    // In the exclusion certificate p_a and R_a(c) decide nearly every radius: each keeps its half of α but for a tenth
    // of it, .45α, and the bounds on other routes and on peers get those tenths, .05α.
    private const double SideShare = 0.05;

    private RoutingRule() { }

    /// <summary>Its name in records, which is the registry's.</summary>
    public abstract string Kind { get; }

    /// <summary>Its numbers, in their shortest text: rules that route differently differ in kind or in these.</summary>
    public abstract IEnumerable<string> Parameters { get; }

    /// <summary>
    /// The route these votes select. Estimation starts from it, so it must be chosen on other samples.
    /// </summary>
    public abstract int Select(VoteCounts selection);

    /// <summary>
    /// How α is split over the bounds of one certificate: fixed before estimation, bounds that turn out not to be
    /// needed included.
    /// </summary>
    /// <param name="kind">The certificate.</param>
    /// <param name="routeCount">K ≥ 1.</param>
    /// <param name="total">α in (0, ½].</param>
    public virtual AlphaLedger Split(CertificateKind kind, int routeCount, double total) => kind == CertificateKind.Dual
        ? AlphaLedger.Dual(total)
        : AlphaLedger.Of(
            total,
            new(AlphaLedger.Router, total / 2 - SideShare * total),
            new(AlphaLedger.OtherRoute, SideShare * total, OthersOf(routeCount)),
            new(AlphaLedger.Expert, total / 2 - SideShare * total),
            new AlphaShare(AlphaLedger.Peer, SideShare * total, OthersOf(routeCount)));

    /// <summary>
    /// For each other route j the radius X_j within which it cannot become the route. All hold together at the router's
    /// part of the ledger.
    /// </summary>
    /// <param name="kind">The certificate: the dual one bounds the chosen route alone.</param>
    /// <param name="route">The chosen route a, selected on other samples.</param>
    /// <param name="sigma">The router's s.</param>
    /// <param name="bounds">
    /// Bounds on the router's vote probabilities, at the shares of what <see cref="Split"/> gave.
    /// </param>
    public abstract RouteBounds Bound(CertificateKind kind, int route, decimal sigma, IBounds bounds);

    /// <summary>
    /// ρ(x), or null to abstain: a wrong route is answered with probability ≤ <paramref name="alpha"/>. Selects and
    /// tests on the same votes.
    /// </summary>
    public abstract int? Predict(VoteCounts votes, double alpha);

    /// <summary>Why the rule cannot route between these experts; null where it can.</summary>
    /// <param name="sigmas">The experts' σ in the order of the router's outputs.</param>
    public virtual string? Objection(ImmutableArray<decimal> sigmas) => null;

    /// <summary>
    /// The rule for some of the routes alone: the same, but for what it says of routes that are gone.
    /// </summary>
    /// <param name="members">The routes that stay, ascending.</param>
    public virtual RoutingRule Restrict(ImmutableArray<int> members) => this;

    private static int OthersOf(int routeCount) => Math.Max(1, routeCount - 1);
}

/// <summary>
/// For each route j other than the chosen one, the radius X_j within which j cannot become the route.
/// </summary>
/// <param name="Route">The chosen route a.</param>
/// <param name="Radii">X_j ≥ 0 by route; +∞ for the chosen route itself, which limits nothing.</param>
public sealed record RouteBounds(int Route, ImmutableArray<double> Radii)
{
    /// <summary>
    /// The radius within which the route cannot change: the smallest X_j; +∞ where there is no other route.
    /// </summary>
    public double Radius => Radii.Min();

    internal static RouteBounds Of(int route, int routeCount, Func<int, double> radius)
    {
        ImmutableArray<double>.Builder radii = ImmutableArray.CreateBuilder<double>(routeCount);
        for (int j = 0; j < routeCount; j++)
            radii.Add(j == route ? double.PositiveInfinity : radius(j));
        return new(route, radii.MoveToImmutable());
    }
}
