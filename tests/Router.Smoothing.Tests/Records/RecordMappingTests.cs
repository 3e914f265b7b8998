using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Smoothing.Tests.Routing;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Records;

/// <summary>
/// Certificates by every family of bounds, every routing and both theorems, from made-up votes with several looks:
/// their records verify.
/// </summary>
public class RecordMappingTests
{
    private const ulong Seed = 99;

    private static readonly ImmutableArray<string> Experts = ["a", "b", "c"];

    public static TheoryData<string, string, string> Kinds
    {
        get
        {
            TheoryData<string, string, string> data = [];
            foreach (string family in new[] { "fixed", "randomised", "schedule", "mixture" })
                foreach (string rule in new[] { "mostVoted", "quantile", "biased" })
                    foreach (CertificateKind kind in Enum.GetValues<CertificateKind>())
                        data.Add(family, rule, kind.ToString());
            return data;
        }
    }

    private static BoundFamily Family(string name) => name switch
    {
        "randomised" => new BoundFamily.RandomisedFixedCount(),
        "schedule" => new BoundFamily.Schedule(100, 400, 1000),
        "mixture" => new BoundFamily.Mixture(),
        _ => new BoundFamily.FixedCount(),
    };

    private static RoutingRule Rule(string name) => name switch
    {
        "quantile" => new RoutingRule.Quantile(0.35m),
        "biased" => new RoutingRule.Biased(0.2, 0, -0.1),
        _ => new RoutingRule.MostVoted(),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_record_verifies_and_no_longer_does_where_the_radius_is_larger(
        string family, string rule, string kind)
    {
        Uniforms random = new(5);
        int certified = 0;
        for (int trial = 0; trial < 12; trial++)
        {
            Certificate certificate = Certify(Family(family), Rule(rule), Enum.Parse<CertificateKind>(kind), random);
            CertificateRecord record = CertificateRecord.From(certificate, new()
            {
                SeedOrigin = SeedOrigin.Server,
                Routing = RoutingRecord.Of(Rule(rule), [.. Experts.Select(Member)], Member("router")),
            });
            RecordVerdict verdict = RecordVerifier.Verify(RecordJson.WriteLine(record));
            Assert.True(verdict is RecordVerdict.HoldsUnsigned,
                $"trial {trial}: {verdict}\n{RecordJson.Write(record)}");
            if (record.Class is null)
                continue;
            certified++;
            Assert.IsType<RecordVerdict.DoesNotHold>(
                RecordVerifier.Verify(record with { Radius = record.Radius * (1 + 1e-6) }));
        }
        Assert.True(certified > 2, $"{certified} certified");
    }

    private static MemberRecord Member(string id) => new(id, RecordSamples.Function(id).Value);

    private static Certificate Certify(BoundFamily family, RoutingRule rule, CertificateKind kind, Uniforms random)
    {
        AlphaLedger ledger = rule.Split(kind, Experts.Length, 0.001);
        RouteEvidence route = RouteEvidence.Of(
            rule, Experts, kind, "router", 1,
            Drawn("router", 0, family, ledger, 0, 100, Shares(random, 0.3 + 0.69 * random.Next()), random));
        int a = route.Selected;
        double[] shares = [0.02, 0.02, 0.96];
        StageEvidence expert = StageEvidence.Of(
            Experts[a], 0.25m, Drawn(Experts[a], (uint)a + 1, family, ledger, 0, 100, shares, random));
        string input = new GridInput(new byte[3], 3).Hash;
        if (kind == CertificateKind.Dual)
            return Dual.Certify(route, expert, ledger, input);
        int[] peers = [.. Enumerable.Range(0, Experts.Length).Where(j => j != a && random.Next() < 0.7)];
        return Exclusion.Certify(
            route, expert,
            [.. peers.Select(j => PeerEvidence.Of(
                j, expert.Selected, Experts[j], 0.5m,
                Drawn(Experts[j], (uint)j + 1, family, ledger, 1L << 40, 0, shares, random)))],
            ledger, input);
    }

    // One outcome has the given share, the others divide the rest, in an order of chance.
    private static double[] Shares(Uniforms random, double top)
    {
        double rest = random.Next();
        double[] shares = [top, (1 - top) * rest, (1 - top) * (1 - rest)];
        return [.. shares.OrderBy(_ => random.Next())];
    }

    private static StageBounds Drawn(
        string id, uint stream, BoundFamily family, AlphaLedger ledger, long from, int selected, double[] shares,
        Uniforms random)
    {
        VoteCounts selection = Draw(id, new(from, from + selected), shares, random),
        votes = Draw(id, new(from + selected, from + selected), shares, random);
        StageBounds bounds = new(family, ledger, new NoiseStream(Seed, stream), selection, 1000);
        foreach (int look in family is BoundFamily.Simultaneous ? (int[])[100, 400, 1000] : [1000])
        {
            votes = votes.Then(Draw(id, votes.Range.Next(look - votes.Total), shares, random));
            bounds.Look(votes);
        }
        return bounds;
    }

    private static VoteCounts Draw(string id, SampleRange range, double[] shares, Uniforms random)
    {
        long[] counts = new long[shares.Length + 1];
        for (long i = range.From; i < range.To; i++)
        {
            double u = random.Next() * 1.002;
            int outcome = 0;
            while (outcome < shares.Length && (u -= shares[outcome]) >= 0)
                outcome++;
            counts[outcome]++;
        }
        return new([.. counts[..^1]], counts[^1], range, RecordSamples.Function(id));
    }
}
