using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>Certificates of made-up counts and their records.</summary>
internal static class RecordSamples
{
    public const ulong Seed = 12345678901234567890;

    /// <summary>The committed records, by file.</summary>
    public static readonly ImmutableSortedDictionary<string, Func<CertificateRecord>> Golden = new Dictionary<string, Func<CertificateRecord>>
    {
        ["dual.json"] = Dual, ["exclusion.json"] = Exclusion, ["quantile.json"] = Quantile, ["biased.json"] = Biased,
    }.ToImmutableSortedDictionary();

    private static readonly ImmutableArray<string> Experts = ["s012", "s025", "s050", "s100"];

    public static FunctionId Function(string id) => FunctionId.Of([new("id", id)]);

    public static RecordContext Context(params ImmutableArray<string> mix) => new()
    {
        Routing = mix.Length == 1
            ? new(RecordRoutingKinds.Fixed, [Member(mix[0])])
            : new(RecordRoutingKinds.MostVoted, [.. mix.Select(Member)], Member("router")),
        SeedOrigin = SeedOrigin.Server,
        Versions = ImmutableSortedDictionary<string, string>.Empty.Add("router", "0.1.0").Add("engine", "libtorch 1.13.1"),
    };

    public static Certificate DualCertificate(long routeVotes = 9100, long classVotes = 9900)
    {
        StageEvidence route = Stage("router", 1.0m, 0, 0.0005, [2, 18, 77, 3], [300, 9990 - 300 - routeVotes, routeVotes, 0], undecided: 10, AlphaLedger.Router);
        StageEvidence expert = Stage("s050", 0.50m, 3, 0.0005, [0, 0, 3, 95, 2, 0, 0, 0, 0, 0], [20, 0, 9995 - 20 - classVotes, classVotes, 0, 0, 0, 0, 0, 0], undecided: 5);
        return Smoothing.Dual.Certify(route, route.Abstains ? null : expert, AlphaLedger.Dual(0.001), new GridInput(new byte[12], 3, 2, 2).Hash);
    }

    public static CertificateRecord Dual() => CertificateRecord.From(DualCertificate(), Context(Experts));

    public static CertificateRecord Single() => CertificateRecord.From(
        Smoothing.Dual.Certify(
            null, Stage("s025", 0.25m, 1, 0.001, [1, 99], [100, 9900], 0), AlphaLedger.Single(0.001), new GridInput(new byte[12], 3, 2, 2).Hash),
        Context("s025"));

    /// <summary>
    /// Every kind of bound at once: the router by mixtures below (from selection votes) and above, the expert on a schedule, one peer
    /// randomised and one by plain Clopper–Pearson.
    /// </summary>
    public static CertificateRecord Exclusion() => Exclusion(
        new RoutingRule.MostVoted(),
        [Lower([2], 0.45), Upper([0]), Upper([1]), Upper([3])],
        (lower, upper) => new(2, [
            RoutingRule.MostVoted.Radius(1.0m, lower([2]), upper([0])), RoutingRule.MostVoted.Radius(1.0m, lower([2]), upper([1])),
            double.PositiveInfinity, RoutingRule.MostVoted.Radius(1.0m, lower([2]), upper([3]))]),
        [Near(), Far()]);

    /// <summary>The median of the votes: bounds on F_0, F_1 from above and on F_2 from below; a peer limits the radius.</summary>
    public static CertificateRecord Quantile()
    {
        RoutingRule.Quantile median = new(0.5m);
        return Exclusion(
            median,
            [Upper([0], 0.5 / 3), Upper([0, 1], 0.5 / 3), Lower([0, 1, 2], 0.5 / 3)],
            (lower, upper) => new(2, [
                median.RadiusBelow(1.0m, upper([0])), median.RadiusBelow(1.0m, upper([0, 1])), double.PositiveInfinity,
                median.RadiusAbove(1.0m, lower([0, 1, 2]))]),
            [Near()]);
    }

    /// <summary>A bias per route and nobody asked about it: the router limits the radius.</summary>
    public static CertificateRecord Biased()
    {
        double[] b = [0.5, 0.2, 0, -0.2];
        return Exclusion(
            new RoutingRule.Biased([.. b]),
            [Lower([2], 0.45), Upper([0]), Upper([1]), Upper([3])],
            (lower, upper) => new(2, [
                .. Enumerable.Range(0, 4).Select(j => j == 2 ? double.PositiveInfinity
                    : RoutingRule.Biased.Radius(1.0m, lower([2]), upper([j]), b[2] - b[j]))]),
            []);
    }

    private const double Total = 0.001, Side = 0.05 / 3;

    private static readonly Smoothing.Votes RouterSelection = Votes("router", 0, [4, 40, 55, 1], 0);
    private static readonly Smoothing.Votes RouterVotes = Votes("router", 100, [200, 4100, 5600, 90], 10);

    private static (BoundRecord Record, Probability Value) Lower(int[] outcomes, double share)
    {
        long favourable = outcomes.Sum(outcome => RouterSelection.Counts[outcome]);
        BetaMixture mixture = new(share * Total, 0.5 + favourable, 0.5 + RouterSelection.Total - favourable);
        // It decided at a look along the way: 8 of 10 draws, with as many of the successes.
        long successes = outcomes.Sum(outcome => RouterVotes.Counts[outcome]) * 8 / 10 + 10;
        Probability value = mixture.Lower(successes, 8000);
        return (new(BoundKinds.BetaMixture, BoundKinds.Lower, [.. outcomes], "router", mixture.Alpha, successes, 8000, value.Value, value.Complement)
        { A = mixture.A, B = mixture.B }, value);
    }

    private static (BoundRecord Record, Probability Value) Upper(int[] outcomes, double share = Side)
    {
        BetaMixture mixture = new(share * Total);
        long successes = outcomes.Sum(outcome => RouterVotes.Counts[outcome]) + RouterVotes.Undecided;
        Probability value = mixture.Upper(successes, RouterVotes.Total);
        return (new(BoundKinds.BetaMixture, BoundKinds.Upper, [.. outcomes], "other route", mixture.Alpha, successes, RouterVotes.Total,
            value.Value, value.Complement) { A = 0.5, B = 0.5 }, value);
    }

    private static (StageRecord Stage, int Route, double Radius) Near()
    {
        Smoothing.Votes votes = Votes("s025", 0, [30, 60, 4905], 5);
        RandomisedClopperPearson bound = new(5000, Side * Total, new(Seed, 2));
        return (new(RecordStages.Peer, "s025", "0.25", 2, 2, VotesRecord.Of(votes),
            [Bound(BoundKinds.RandomisedClopperPearson, 2, "peer", bound, 4905, 5000) with { W = bound.W }]), 1, Cohen.Radius(0.25m, bound.Lower(4905, 5000)));
    }

    private static (StageRecord Stage, int Route, double Radius) Far()
    {
        Smoothing.Votes votes = Votes("s100", 0, [100, 100, 4800], 0);
        FixedCountBound bound = new(5000, Side * Total);
        return (new(RecordStages.Peer, "s100", "1.00", 4, 2, VotesRecord.Of(votes), [Bound(BoundKinds.ClopperPearson, 2, "peer", bound, 4800, 5000)]),
            3, Cohen.Radius(1.00m, bound.Lower(4800, 5000)));
    }

    private static CertificateRecord Exclusion(
        RoutingRule rule, (BoundRecord Record, Probability Value)[] router, Func<Func<int[], Probability>, Func<int[], Probability>, RouteBounds> excluded,
        (StageRecord Stage, int Route, double Radius)[] peers)
    {
        bool quantile = rule is RoutingRule.Quantile;
        Smoothing.Votes selection = Votes("s050", 0, [0, 3, 97], 0), votes = Votes("s050", 100, [40, 60, 9900], 0);
        LookSchedule schedule = new([1000, 5000, 10_000], 0.45 * Total);
        double?[] radii = new double?[4];
        foreach (var peer in peers)
            radii[peer.Route] = peer.Radius;
        Func<int[], Probability> Of(string side) =>
            outcomes => router.Single(bound => bound.Record.Side == side && bound.Record.Outcomes.SequenceEqual(outcomes)).Value;
        (double radius, Stage stage, int? route) = Smoothing.Exclusion.Radius(
            Cohen.Radius(0.50m, schedule.Lower(9900, 10_000)), excluded(Of(BoundKinds.Lower), Of(BoundKinds.Upper)), radii);
        CertificateRecord dual = Dual();
        return dual with
        {
            Kind = CertificateKinds.Exclusion,
            Class = 2,
            Radius = radius,
            LimitingStage = stage.ToString().ToLowerInvariant(),
            LimitingRoute = route is { } limiting ? Experts[limiting] : null,
            Routing = RoutingRecord.Of(rule, dual.Routing.Mix, dual.Routing.Router),
            Alpha = new(Total, [
                .. quantile ? new AlphaShareRecord[] { new("router", 0.5 * Total, 3) } : [new("router", 0.45 * Total), new("other route", 0.05 * Total, 3)],
                new("expert", 0.45 * Total), new("peer", 0.05 * Total, 3)]),
            Stages =
            [
                new(RecordStages.Router, "router", "1.0", 0, 2, VotesRecord.Of(RouterVotes),
                    [.. router.Select(bound => quantile ? bound.Record with { Share = "router" } : bound.Record)], VotesRecord.Of(RouterSelection)),
                new(RecordStages.Expert, "s050", "0.50", 3, 2, VotesRecord.Of(votes),
                    [Bound(BoundKinds.Schedule, 2, "expert", schedule, 9900, 10_000) with { Looks = schedule.Looks }], VotesRecord.Of(selection)),
                .. peers.Select(peer => peer.Stage),
            ],
        };
    }

    /// <summary>The JSON of a record after an edit of its tree.</summary>
    public static string Edited(CertificateRecord record, Action<JsonNode> edit)
    {
        JsonNode tree = JsonNode.Parse(RecordJson.Write(record))!;
        edit(tree);
        return tree.ToJsonString();
    }

    public static string PathOf(string file) =>
        Path.Combine(global::Tests.Reference.Root, "tests", "Router.Smoothing.Tests", "Records", "reference", file);

    private static MemberRecord Member(string id) => new(id, Function(id).Value);

    private static Smoothing.Votes Votes(string id, long from, long[] counts, long undecided) =>
        new([.. counts], undecided, new(from, from + counts.Sum() + undecided), Function(id));

    private static StageEvidence Stage(string id, decimal sigma, uint stream, double alpha, long[] selection, long[] estimation, long undecided, string share = AlphaLedger.Expert)
    {
        Smoothing.Votes selected = Votes(id, 0, selection, 0);
        return StageEvidence.AtFixedCount(id, sigma, new(Seed, stream), selected, Votes(id, selected.Range.To, estimation, undecided), alpha, share);
    }

    private static BoundRecord Bound(string kind, int outcome, string share, ConfidenceBound bound, long successes, long draws)
    {
        Probability value = bound.Lower(successes, draws);
        return new(kind, BoundKinds.Lower, [outcome], share, bound.Alpha, successes, draws, value.Value, value.Complement);
    }
}
