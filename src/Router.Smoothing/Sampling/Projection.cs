using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Sampling;

/// <summary>
/// What the stages of a certificate prove, and what they would prove under an assumption about the draws that are left.
/// </summary>
internal sealed class Projection(SamplingPlan plan, SamplingState state)
{
    private static readonly RouteBounds NoOtherRoute = new(0, [double.PositiveInfinity]);

    private readonly int _route = state.Route ?? throw new ArgumentException(
        "the router has not voted yet", nameof(state));

    /// <summary>The class in question; null while the routed expert has not voted.</summary>
    public int? Label => state.Experts[_route].Bounds?.Selection.MostVoted;

    public CertificateRadii At(Assumption assumption)
    {
        RouteBounds routes = Routes(assumption);
        double[] peers = new double[state.Experts.Length];
        int left = state.PeersLeft;
        // Where only some more can be asked, asking those with the smallest X_j is worth most.
        foreach (int j in Enumerable.Range(0, peers.Length).Where(j => j != _route).OrderBy(j => routes.Radii[j]))
            if (state.Experts[j].Bounds is not null)
                peers[j] = Radius(j, state.Experts[j].IsGone ? Assumption.NoMore : assumption);
            else if (!state.Experts[j].IsGone && assumption != Assumption.NoMore && left-- > 0)
                peers[j] = UnanimousFromTheStart(j);
        return new(Radius(_route, assumption), routes, [.. peers]);
    }

    /// <summary>
    /// How many draws would make X_j, or R_j(c), as large as <paramref name="radius"/>, votes falling as so far; +∞
    /// where all would not.
    /// </summary>
    public double DrawsTo(double radius, int j, bool byRouter)
    {
        StageBounds? bounds = byRouter ? state.Router!.Bounds : state.Experts[j].Bounds;
        long cap = byRouter ? plan.Router.Estimation : plan.Expert.Estimation, from = bounds?.Drawn ?? 0;
        for (long draws = from; draws < cap;)
        {
            draws = plan.LookAfter(draws, cap);
            double reached = byRouter ? Routes(bounds!.Projecting(ProjectedVotes.AsSoFar(bounds, draws))).Radii[j]
                : bounds is null ? UnanimousFromTheStart(j, draws)
                : Radius(j, bounds.Projecting(ProjectedVotes.AsSoFar(bounds, draws)));
            if (reached >= radius)
                return draws - from;
        }
        return double.PositiveInfinity;
    }

    private RouteBounds Routes(Assumption assumption)
    {
        if (state.Router is not { Bounds: { } bounds })
            return NoOtherRoute;
        RouteBounds now = Routes(bounds);
        if (Projected(bounds, _route, assumption) is not { } votes)
            return now;
        RouteBounds then = Routes(bounds.Projecting(votes));
        return new(_route, [.. now.Radii.Zip(then.Radii, Math.Max)]);
    }

    private RouteBounds Routes(StageBounds bounds) => state.Rule.Bound(state.Kind, _route, state.Router!.Sigma, bounds);

    private double Radius(int route, Assumption assumption)
    {
        if (state.Experts[route].Bounds is not { } bounds)
            return assumption == Assumption.NoMore ? 0 : UnanimousFromTheStart(route);
        double now = Radius(route, bounds);
        return Projected(bounds, Label!.Value, assumption) is { } votes
            ? Math.Max(now, Radius(route, bounds.Projecting(votes)))
            : now;
    }

    private double Radius(int route, StageBounds bounds) =>
        bounds.Radius(state.Experts[route].Sigma, Label!.Value, ShareOf(route));

    private double UnanimousFromTheStart(int route) => UnanimousFromTheStart(route, plan.Expert.Estimation);

    // Upper bounds on the other classes cannot add to what all votes on one class prove: they have less of α.
    private double UnanimousFromTheStart(int route, long draws)
    {
        SampledStage stage = state.Experts[route];
        ConfidenceBound bound = plan.Family.Of(
            state.Ledger[ShareOf(route)], plan.Expert.Estimation, stage.Stream, route == _route
                ? plan.Expert.Selection
                : 0, others: 0);
        return Cohen.Radius(stage.Sigma, bound.Lower(draws, draws));
    }

    private string ShareOf(int route) => route == _route ? AlphaLedger.Expert : AlphaLedger.Peer;

    private VoteCounts? Projected(StageBounds bounds, int outcome, Assumption assumption) =>
        bounds.Drawn == bounds.Planned ? null : assumption switch
        {
            Assumption.AsSoFar => ProjectedVotes.AsSoFar(bounds, bounds.Planned),
            Assumption.AtBest => ProjectedVotes.AtBest(outcome, bounds, plan.Stopping!.Futility),
            Assumption.Unanimous => ProjectedVotes.AllOn(outcome, bounds),
            _ => null,
        };
}

/// <summary>The radii that a certificate is made of, as they are or could become.</summary>
/// <param name="Expert">R_a(c).</param>
/// <param name="Route">X_j by route.</param>
/// <param name="Peers">R_j(c) by route, 0 where j cannot be asked.</param>
internal sealed record CertificateRadii(double Expert, RouteBounds Route, ImmutableArray<double> Peers)
{
    /// <summary>R.</summary>
    public double Radius => Math.Min(Expert, Enumerable.Range(0, Peers.Length).Min(Term));

    /// <summary>max(X_j, R_j(c)): what keeps a change of route to j harmless.</summary>
    public double Term(int route) => Math.Max(Route.Radii[route], Peers[route]);
}
