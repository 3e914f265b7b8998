using Router.Smoothing.Bounds;

namespace Router.Smoothing.Sampling;

/// <summary>
/// Decides what to draw next and when to stop, from what was seen: a pure function (docs/certificates.md, section 4,
/// "The sampling plan"). Only bounds that hold at all their looks together may be stopped on, so an adaptive plan takes
/// no other family. A plan of fixed counts draws every stage that it starts to its end, and spares stages that can
/// change nothing.
/// </summary>
public sealed record SamplingPlan
{
    private readonly Func<long, long, long> _lookAfter;
    private readonly ChunkGrowth? _chunks;

    private SamplingPlan(
        SampleCounts router, SampleCounts expert, BoundFamily family, StoppingRules? stopping,
        Func<long, long, long> lookAfter, ChunkGrowth? chunks = null) =>
        (Router, Expert, Family, Stopping, _lookAfter, _chunks) = (router, expert, family, stopping, lookAfter, chunks);

    /// <summary>n0 of the router, and the n it draws at most.</summary>
    public SampleCounts Router { get; private init; }

    /// <summary>n0 of the routed expert, and the n that it and each peer draw at most.</summary>
    public SampleCounts Expert { get; private init; }

    /// <summary>
    /// The same plan on the indices that are kept for a failover: <see cref="SampleCounts.OfFailover"/>.
    /// </summary>
    public SamplingPlan OfFailover => this with { Router = Router.OfFailover, Expert = Expert.OfFailover };

    /// <summary>What votes are turned into.</summary>
    public BoundFamily Family { get; }

    /// <summary>When there is enough; null where counts are fixed.</summary>
    public StoppingRules? Stopping { get; }

    /// <summary>Whether sampling may stop early, and go on later.</summary>
    public bool IsAdaptive => Stopping is not null;

    /// <summary>
    /// Which samples count, as far as it must be fixed before the first of them is drawn: the family of bounds, where
    /// indices begin, n0 of both stages, and n too where bounds hold at that n alone. It is part of the seed: whoever
    /// knows the votes of one certificate may choose the counts of the next, but not by its votes.
    /// </summary>
    public string Registered => $"{Family}, from {Expert.First}, router {Counts(Router)}, expert {Counts(Expert)}";

    /// <summary>Every stage draws n samples at once, or none.</summary>
    /// <param name="router">n0 and n of the router.</param>
    /// <param name="expert">n0 and n of the routed expert; n of a peer.</param>
    /// <param name="family">A family that is read at n; plain Clopper–Pearson unless told.</param>
    public static SamplingPlan Fixed(SampleCounts router, SampleCounts expert, BoundFamily? family = null) =>
        new(router, expert, family ?? new BoundFamily.FixedCount(), stopping: null, (_, cap) => cap);

    /// <summary>Stages draw in turns, each only while it can change the answer, until a stopping rule is met.</summary>
    /// <param name="router">n0 of the router, and the n it draws at most.</param>
    /// <param name="expert">n0 of the routed expert, and the n that it and each peer draw at most.</param>
    /// <param name="stopping">When there is enough.</param>
    /// <param name="chunks">How many draws lie between looks.</param>
    public static SamplingPlan Adaptive(
        SampleCounts router, SampleCounts expert, StoppingRules stopping, ChunkGrowth? chunks = null) =>
        new(router, expert, new BoundFamily.Mixture(), stopping, (chunks ??= new()).After, chunks);

    /// <summary>
    /// The same with bounds at listed looks, α/m each, and no draws in between (Horváth et al. 2022).
    /// </summary>
    /// <param name="selection">n0 of router and expert.</param>
    /// <param name="schedule">The looks; the last is the n of every stage.</param>
    /// <param name="stopping">When there is enough.</param>
    /// <exception cref="ArgumentException">The last look is beyond what one count can hold.</exception>
    public static SamplingPlan Scheduled(int selection, BoundFamily.Schedule schedule, StoppingRules stopping)
    {
        if (schedule.Looks[^1] > int.MaxValue)
            throw new ArgumentException(
                $"the last look is at most {int.MaxValue}, got {schedule.Looks[^1]}", nameof(schedule));
        SampleCounts counts = new(selection, (int)schedule.Looks[^1]);
        return new(counts, counts, schedule, stopping, (drawn, _) => schedule.Looks.First(look => look > drawn));
    }

    /// <summary>
    /// Whether this plan may go on where another stopped: it is adaptive, its votes are selected on the same samples,
    /// and its bounds are the same.
    /// </summary>
    public bool Follows(SamplingPlan other) =>
        IsAdaptive && Family == other.Family && Router.SelectionRange == other.Router.SelectionRange
            && Expert.SelectionRange == other.Expert.SelectionRange;

    /// <summary>What to do next.</summary>
    /// <param name="state">Everything seen so far.</param>
    public SamplingDecision Next(SamplingState state)
    {
        if (state.Router is { Bounds: null })
            return Chunk(Stage.Router, route: null, state);
        if (state.Router is null && state.Experts[0].Bounds is null)
            return Chunk(Stage.Expert, route: 0, state);
        Projection projection = new(this, state);
        CertificateRadii now = projection.At(Assumption.NoMore), best = projection.At(Assumption.Unanimous);
        int route = state.Route!.Value;
        if (EnoughOf(
            now.Radius, best.Radius, assumption => projection.At(assumption).Radius, state.Experts[route].Sigma,
            state.Expired) is { } reason)
            return new SamplingDecision.Stop(reason);
        return state.Experts[route].Bounds is null
            ? Chunk(Stage.Expert, route, state)
            : Limiting(state, projection, now, best);
    }

    /// <summary>What to do next for a cascade, one of whose stages answers by its selection votes.</summary>
    /// <param name="state">Everything seen so far.</param>
    public SamplingDecision Next(CascadeState state)
    {
        if (state.Stages[state.Answering].Bounds!.Drawn == 0)
            return Chunk(state, state.Answering);
        CascadeProjection projection = new(this, state);
        double radius = projection.At(Assumption.NoMore), best = projection.At(Assumption.Unanimous);
        if (EnoughOf(radius, best, projection.At, state.Stages[state.Answering].Sigma, state.Expired) is { } reason)
            return new SamplingDecision.Stop(reason);
        return Chunk(state, IsAdaptive ? projection.Limiting(radius) : projection.FirstToAsk);
    }

    /// <summary>
    /// How votes are bounded and when there are enough, for logs: "fixed", "mixture, router ≤ 10000, expert ≤ 10000,
    /// target 0.5, futility 0.01, …".
    /// </summary>
    public override string ToString() => Stopping is null
        ? $"{Family}"
        : string.Join(
            ", ",
            (object?[])
            [
                Family, $"router ≤ {Router.Estimation}", $"expert ≤ {Expert.Estimation}", Stopping,
                .. _chunks is null ? [] : new object[] { _chunks },
            ]);

    private string Counts(SampleCounts counts) =>
        Family is BoundFamily.Mixture ? $"{counts.Selection}" : $"{counts.Selection} + {counts.Estimation}";

    internal long LookAfter(long drawn, long cap) => _lookAfter(drawn, cap);

    private StopReason? EnoughOf(
        double radius, double best, Func<Assumption, double> assuming, decimal sigma, bool expired)
    {
        double needed = Stopping?.Target ?? double.Epsilon;
        if (Stopping?.Target is { } target && radius >= target)
            return StopReason.TargetReached;
        if (best < needed)
            return StopReason.Unreachable;
        if (best <= radius)
            return StopReason.NothingCanChange;
        if (Stopping is null)
            return null;
        if (expired)
            return StopReason.Deadline;
        double hoped = radius >= needed ? double.PositiveInfinity : assuming(Assumption.AtBest);
        if (hoped < needed)
            return StopReason.Futile;
        if (Stopping.Resolution is not { } resolution)
            return null;
        double enough = radius + resolution * (double)sigma;
        return best <= enough || (radius > 0 ? assuming(Assumption.AsSoFar) : hoped) <= enough
            ? StopReason.ResolutionReached
            : null;
    }

    // A minimum rises only by its smallest term. All terms that are smallest can rise: otherwise unanimous votes would
    // add nothing.
    private SamplingDecision.Draw Limiting(
        SamplingState state, Projection projection, CertificateRadii now, CertificateRadii best)
    {
        int route = state.Route!.Value;
        double radius = now.Radius;
        StageBounds expert = state.Experts[route].Bounds!;
        int other = Enumerable.Range(0, state.Experts.Length).FirstOrDefault(j => now.Term(j) == radius, -1);
        if (now.Expert == radius && (other < 0 || expert.Drawn <= state.Router!.Bounds!.Drawn))
            return Chunk(Stage.Expert, route, state);
        // X_j is lifted by the router, or made harmless by peer j: whichever is likely to take fewer draws.
        bool byRouter = state.Router!.Bounds!.Drawn < Router.Estimation && best.Route.Radii[other] > radius;
        bool byPeer = best.Peers[other] > radius && (state.Experts[other].Bounds?.Drawn ?? 0) < Expert.Estimation;
        if (byRouter && byPeer)
        {
            double target = Stopping?.Target ?? double.PositiveInfinity;
            double level = Math.Min(target, projection.At(Assumption.AsSoFar).Radius);
            byPeer = projection.DrawsTo(level, other, byRouter: false)
                < projection.DrawsTo(level, other, byRouter: true);
        }
        return byPeer ? Chunk(Stage.Peer, other, state) : Chunk(Stage.Router, route: null, state);
    }

    private SamplingDecision.Draw Chunk(CascadeState state, int place)
    {
        long drawn = state.Stages[place].Bounds?.Drawn ?? 0;
        return new(Stage.Expert, place, _lookAfter(drawn, Expert.Estimation) - drawn);
    }

    private SamplingDecision.Draw Chunk(Stage stage, int? route, SamplingState state)
    {
        (StageBounds? bounds, SampleCounts counts) = route is { } j
            ? (state.Experts[j].Bounds, Expert)
            : (state.Router!.Bounds, Router);
        long drawn = bounds?.Drawn ?? 0;
        return new(stage, route, _lookAfter(drawn, counts.Estimation) - drawn);
    }
}
