using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Sampling;

/// <summary>
/// Certificates of one input, run after run under a plan: two routes, two classes, known vote probabilities, σ = 1
/// throughout. Selection votes are the same in every run, since bounds hold given the selection. What a plan decides
/// and proves is remembered by the counts at each look.
/// </summary>
internal sealed class SimulatedCertificate(
    SamplingPlan plan, AlphaLedger ledger, double router, double expert, double peer = 0)
{
    private const int Router = 0, Expert = 1, Peer = 2;

    private static readonly RoutingRule Rule = new RoutingRule.MostVoted();
    private static readonly FunctionId Function = new("toy");
    private readonly Dictionary<string, SamplingDecision> _decisions = [];
    private readonly Dictionary<string, (double Radius, bool AnyWrong)> _results = [];
    private readonly double[] _probabilities = [router, expert, peer];

    public CertificateKind Kind { get; init; } = CertificateKind.Exclusion;

    /// <summary>Whether router and expert vote on the same words, as dependent as can be.</summary>
    public bool SharedWords { get; init; }

    /// <summary>Looks after which the deadline passes, drawn anew in each run; null for none.</summary>
    public int? LooksBeforeDeadline { get; init; }

    /// <summary>
    /// One run: the radius, whether any bound it rests on is above (below) the truth, the draws of each stage and why
    /// it stopped.
    /// </summary>
    public (double Radius, bool AnyWrong, long[] Draws, StopReason Reason) Run(ulong run)
    {
        List<long>[] looks = [[], [], []];
        long[] drawn = new long[3], successes = new long[3];
        int deadline = LooksBeforeDeadline is { } most ? 1
            + (int)(new NoiseStream(run, 9).Uniform(0, 0) % (ulong)most) : int.MaxValue;
        while (true)
        {
            bool expired = looks.Sum(stage => stage.Count) / 2 >= deadline;
            string key = Key(looks, expired);
            if (!_decisions.TryGetValue(key, out SamplingDecision? decision))
                _decisions[key] = decision = plan.Next(State(looks, expired));
            if (decision is SamplingDecision.Stop(var reason))
            {
                if (!_results.TryGetValue(key, out (double Radius, bool AnyWrong) result))
                    _results[key] = result = Prove(State(looks, expired));
                return (result.Radius, result.AnyWrong, drawn, reason);
            }
            SamplingDecision.Draw draw = (SamplingDecision.Draw)decision;
            int stage = (int)draw.Stage;
            NoiseStream stream = new(run, SharedWords ? 0 : (uint)stage);
            for (long i = 0; i < draw.Count; i++)
                if (stream.Uniform(drawn[stage]++, 0) < _probabilities[stage] * 18446744073709551616.0)
                    successes[stage]++;
            looks[stage].AddRange([successes[stage], drawn[stage]]);
        }
    }

    private SamplingState State(List<long>[] looks, bool expired) => new(
        Kind, ledger, Rule, Kind == CertificateKind.Dual
            && router == 0 ? null : new(1, default, Bounds(Router, looks, plan.Router)),
        Kind == CertificateKind.Dual && router == 0
            ? [new(1, default, Bounds(Expert, looks, plan.Expert))]
            : [new(1, default, Bounds(Expert, looks, plan.Expert)),
                new(1, default, Bounds(Peer, looks, plan.Expert with { Selection = 0 }))],
        PeerBudget: 1) { Expired = expired };

    private StageBounds? Bounds(int stage, List<long>[] all, SampleCounts counts)
    {
        List<long> looks = all[stage];
        if (looks.Count == 0)
            return null;
        long favourable = (long)Math.Round(counts.Selection * _probabilities[stage]);
        StageBounds bounds = new(
            plan.Family, ledger, default,
            new([favourable, counts.Selection - favourable], 0, counts.SelectionRange, Function), counts.Estimation);
        for (int i = 0; i < looks.Count; i += 2)
            bounds.Look(
                new([looks[i], looks[i + 1] - looks[i]], 0, counts.SelectionRange.Next(looks[i + 1]), Function));
        return bounds;
    }

    private (double Radius, bool AnyWrong) Prove(SamplingState state)
    {
        bool wrong = false;
        double Own(int route, string share, double truth)
        {
            if (state.Experts[route].Bounds is not { } bounds) return 0;
            Probability lower = bounds.Lower(share, 0);
            wrong |= lower.Value > truth;
            return Cohen.Radius(1, lower);
        }

        double own = Own(0, AlphaLedger.Expert, expert);
        if (state.Router is not { Bounds: { } votes })
            return (own, wrong);
        (RouteBounds routes, ImmutableArray<BoundEvidence> read) = votes.Prove(
            bounds => Rule.Bound(Kind, 0, 1, bounds));
        wrong |= read.Any(bound =>
            bound.Side == BoundSide.Lower ? bound.Value.Value > router : bound.Value.Value < 1 - router);
        double?[] peers = [null, state.Experts[1].Bounds is null ? null : Own(1, AlphaLedger.Peer, peer)];
        return (Exclusion.Radius(own, routes, peers).Radius, wrong);
    }

    private static string Key(List<long>[] looks, bool expired) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(',', looks[Router])}|{string.Join(',', looks[Expert])}|{string.Join(',', looks[Peer])}|"
        + $"{expired}");
}
