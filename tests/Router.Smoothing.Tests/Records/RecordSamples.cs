using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Smoothing.Tests.Records;

/// <summary>Certificates of made-up counts and their records.</summary>
internal static class RecordSamples
{
    public const ulong Seed = 12345678901234567890;

    /// <summary>The committed records, by file.</summary>
    public static readonly ImmutableSortedDictionary<string, Func<CertificateRecord>> Golden = new Dictionary<string,
        Func<CertificateRecord>>
    {
        ["dual.json"] = Dual, ["exclusion.json"] = Exclusion, ["quantile.json"] = Quantile, ["biased.json"] = Biased,
    }.ToImmutableSortedDictionary();

    private static readonly ImmutableArray<string> Experts = ["s012", "s025", "s050", "s100"];

    /// <summary>Why a record does not hold; none where it does.</summary>
    public static ImmutableArray<string> Faults(JsonNode record) =>
        RecordVerifier.Verify(record.ToJsonString()) is RecordVerdict.DoesNotHold fault ? fault.Faults : [];

    public static FunctionId Function(string id) => FunctionId.Of([new("id", id)]);

    public static RecordContext Context(params ImmutableArray<string> mix) => new()
    {
        Routing = mix.Length == 1
            ? new(RecordRoutingKinds.Fixed, [Member(mix[0])])
            : new(RecordRoutingKinds.MostVoted, [.. mix.Select(Member)], Member("router")),
        SeedOrigin = SeedOrigin.Server,
        Versions = ImmutableSortedDictionary<string,
        string>.Empty.Add("router", "0.1.0").Add("engine", "libtorch 1.13.1"),
    };

    public static Certificate DualCertificate(long routeVotes = 9100, long classVotes = 9900)
    {
        StageEvidence route = Stage("router", 1.0m, 0, 0.0005, [2, 18, 77, 3],
            [300, 9990 - 300 - routeVotes, routeVotes, 0], undecided: 10, AlphaLedger.Router);
        StageEvidence expert = Stage("s050", 0.50m, 3, 0.0005, [0, 0, 3, 95, 2, 0, 0, 0, 0, 0],
            [20, 0, 9995 - 20 - classVotes, classVotes, 0, 0, 0, 0, 0, 0], undecided: 5);
        return Smoothing.Dual.Certify(
            route, route.Abstains ? null : expert, AlphaLedger.Dual(0.001), new GridInput(new byte[12], 3, 2, 2).Hash);
    }

    public static CertificateRecord Dual() => CertificateRecord.From(DualCertificate(), Context(Experts));

    public static CertificateRecord Single() => CertificateRecord.From(
        Smoothing.Dual.Certify(
            null, Stage("s025", 0.25m, 1, 0.001, [1, 99], [100, 9900], 0), AlphaLedger.Single(0.001),
            new GridInput(new byte[12], 3, 2, 2).Hash),
        Context("s025"));

    /// <summary>
    /// The most voted route by mixtures that looked three times, and two peers: one of them limits the radius.
    /// </summary>
    public static CertificateRecord Exclusion() =>
        Exclusion(new RoutingRule.MostVoted(), new BoundFamily.Mixture(), "s025", "s100");

    /// <summary>
    /// The median of the votes, on a schedule: bounds on F_0, F_1 from above and on F_2 from below; a peer limits the
    /// radius.
    /// </summary>
    public static CertificateRecord Quantile() =>
        Exclusion(new RoutingRule.Quantile(0.5m), new BoundFamily.Schedule(1000, 8000, 10_000), "s025");

    /// <summary>A bias per route, randomised, and nobody asked about it: the router limits the radius.</summary>
    public static CertificateRecord Biased() =>
        Exclusion(new RoutingRule.Biased(0.5, 0.2, 0, -0.2), new BoundFamily.RandomisedFixedCount());

    private const double Total = 0.001;

    /// <summary>
    /// What was counted at each look, the undecided votes last: of the router, and of the experts for class 2 of 3.
    /// </summary>
    public static readonly ImmutableDictionary<string, long[][]> Looks = new Dictionary<string, long[][]>
    {
        ["router"] = [[20, 410, 560, 9, 1], [150, 3160, 4618, 64, 8], [200, 4100, 5600, 90, 10]],
        ["s050"] = [[4, 6, 990, 0], [30, 46, 7924, 0], [40, 60, 9900, 0]],
        ["s025"] = [[6, 12, 981, 1], [48, 96, 7848, 8], [60, 120, 9810, 10]],
        ["s100"] = [[20, 20, 960, 0], [160, 160, 7680, 0], [200, 200, 9600, 0]],
    }.ToImmutableDictionary();

    private static CertificateRecord Exclusion(RoutingRule rule, BoundFamily family, params string[] peers)
    {
        AlphaLedger ledger = rule.Split(CertificateKind.Exclusion, Experts.Length, Total);
        StageBounds Drawn(string id, long from, params long[] selection) => Looked(new(
            family, ledger, new(Seed, 1 + (uint)Experts.IndexOf(id)), Votes(id, from, selection, 0),
            Looks[id][^1].Sum()), id);
        RouteEvidence route = RouteEvidence.Of(
            rule, Experts, CertificateKind.Exclusion, "router", 1.0m, Drawn("router", 0, 4, 40, 55, 1));
        StageEvidence expert = StageEvidence.Of("s050", 0.50m, Drawn("s050", 0, 0, 3, 97));
        return CertificateRecord.From(
            Smoothing.Exclusion.Certify(
                route, expert,
                [
                    .. peers.Select(id => PeerEvidence.Of(
                        Experts.IndexOf(id), 2, id, id == "s100" ? 1.00m : 0.25m,
                        Drawn(id, SampleCounts.FirstPeerIndex, 0, 0, 0))),
                ],
                ledger, new GridInput(new byte[12], 3, 2, 2).Hash),
            Context(Experts) with { Routing = RoutingRecord.Of(rule, [.. Experts.Select(Member)], Member("router")) });
    }

    private static StageBounds Looked(StageBounds bounds, string id)
    {
        foreach (long[] look in bounds.Family is BoundFamily.Simultaneous ? Looks[id] : Looks[id][^1..])
            bounds.Look(Votes(id, bounds.Selection.Range.To, look[..^1], look[^1]));
        return bounds;
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

    private static VoteCounts Votes(string id, long from, long[] counts, long undecided) =>
        new([.. counts], undecided, new(from, from + counts.Sum() + undecided), Function(id));

    private static StageEvidence Stage(string id, decimal sigma, uint stream, double alpha, long[] selection,
        long[] estimation, long undecided, string share = AlphaLedger.Expert)
    {
        VoteCounts selected = Votes(id, 0, selection, 0);
        VoteCounts estimated = Votes(id, selected.Range.To, estimation, undecided);
        AlphaLedger ledger = AlphaLedger.Of(alpha, new AlphaShare(share, alpha));
        return StageEvidence.Of(
            id, sigma, StageBounds.AtFixedCount(ledger, estimated, selected, new(Seed, stream)), share);
    }
}
