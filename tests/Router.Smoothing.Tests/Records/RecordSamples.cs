using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>Certificates of made-up counts and their records.</summary>
internal static class RecordSamples
{
    public const ulong Seed = 12345678901234567890;

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
    public static CertificateRecord Exclusion()
    {
        const double total = 0.001;
        NoiseStream RouterStream(uint id) => new(Seed, id);
        Smoothing.Votes routerSelection = Votes("router", 0, [4, 40, 55, 1], 0), routerVotes = Votes("router", 100, [200, 4100, 5600, 90], 10);
        Smoothing.Votes expertSelection = Votes("s050", 0, [0, 3, 97], 0), expertVotes = Votes("s050", 100, [40, 60, 9900], 0);
        Smoothing.Votes near = Votes("s025", 0, [30, 60, 4905], 5), far = Votes("s100", 0, [100, 100, 4800], 0);

        BetaMixture below = BetaMixture.From(0.45 * total, routerSelection, 2), above = new(0.05 * total / 3);
        LookSchedule schedule = new([1000, 5000, 10_000], 0.45 * total);
        RandomisedClopperPearson randomised = new(5000, 0.05 * total / 3, RouterStream(2));
        FixedCountBound plain = new(5000, 0.05 * total / 3);

        Probability routeLower = below.Lower(4490, 8000), classLower = schedule.Lower(9900, 10_000);
        Probability[] uppers = [.. new[] { 0, 1, 3 }.Select(route => above.Upper(routerVotes, route))];
        double[] excluded = [.. uppers.Select(upper => TwoSided.Radius(1.0m, routeLower, Probability.Min(upper, routeLower.Opposite)))];
        double own = Cohen.Radius(0.50m, classLower);
        double route = new[]
        {
            excluded[0],
            Math.Max(excluded[1], Cohen.Radius(0.25m, randomised.Lower(near, 2))),
            Math.Max(excluded[2], Cohen.Radius(1.00m, plain.Lower(far, 2))),
        }.Min();
        return Dual() with
        {
            Kind = CertificateKinds.Exclusion,
            Class = 2,
            Radius = Math.Min(own, route),
            LimitingStage = route < own ? RecordStages.Router : RecordStages.Expert,
            Alpha = new(total, [new("router", 0.45 * total), new("expert", 0.45 * total), new("others", 0.05 * total), new("peers", 0.05 * total)]),
            Stages =
            [
                new(RecordStages.Router, "router", "1.0", 0, 2, VotesRecord.Of(routerVotes),
                    [
                        Bound(BoundKinds.BetaMixture, BoundKinds.Lower, 2, "router", below, 4490, 8000) with { A = below.A, B = below.B },
                        .. new[] { 0, 1, 3 }.Select(other => Bound(
                            BoundKinds.BetaMixture, BoundKinds.Upper, other, "others", above, routerVotes.Counts[other] + routerVotes.Undecided, 10_000) with { A = 0.5, B = 0.5 }),
                    ],
                    VotesRecord.Of(routerSelection)),
                new(RecordStages.Expert, "s050", "0.50", 3, 2, VotesRecord.Of(expertVotes),
                    [Bound(BoundKinds.Schedule, BoundKinds.Lower, 2, "expert", schedule, 9900, 10_000) with { Looks = schedule.Looks }],
                    VotesRecord.Of(expertSelection)),
                new(RecordStages.Peer, "s025", "0.25", 2, 2, VotesRecord.Of(near),
                    [Bound(BoundKinds.RandomisedClopperPearson, BoundKinds.Lower, 2, "peers", randomised, 4905, 5000) with { W = randomised.W }]),
                new(RecordStages.Peer, "s100", "1.00", 4, 2, VotesRecord.Of(far),
                    [Bound(BoundKinds.ClopperPearson, BoundKinds.Lower, 2, "peers", plain, 4800, 5000)]),
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

    private static BoundRecord Bound(string kind, string side, int outcome, string share, ConfidenceBound bound, long successes, long draws)
    {
        Probability value = side == BoundKinds.Lower ? bound.Lower(successes, draws) : bound.Upper(successes, draws);
        return new(kind, side, [outcome], share, bound.Alpha, successes, draws, value.Value, value.Complement);
    }
}
