using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>Whatever certificate the product makes, its record verifies and replays.</summary>
public sealed class RecordSignerTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly SeedSource Seeds = new([1, 2, 3], SeedOrigin.Server);
    private static readonly ImmutableSortedDictionary<string, string> Versions = ImmutableSortedDictionary<string,
        string>.Empty.Add("dualrs", "test");

    private readonly ScriptedVoter[] _experts =
        [new("a", 0.25m, 0.02, 0.03, 0.95), new("b", 0.5m, 0.05, 0.1, 0.85), new("c", 1, 0.2, 0.2, 0.6)];

    // Torn, sure of each route in turn, and torn in such a way that nobody can be certified.
    public static TheoryData<string, string, string> Certificates
    {
        get
        {
            TheoryData<string, string, string> data = [];
            foreach (string rule in new[] { "mostVoted", "quantile", "biased" })
                foreach (CertificateKind kind in new[] { CertificateKind.Dual, CertificateKind.Exclusion })
                    foreach (string shares in new[] { "0.48 0.47 0.05", "0.98 0.01 0.01", "0.02 0.96 0.02",
                        "0 0.02 0.98", "0.34 0.33 0.33" })
                        data.Add(rule, kind.ToString(), shares);
            return data;
        }
    }

    private static RoutingRule Rule(string name) => name switch
    {
        "quantile" => new RoutingRule.Quantile(0.4m),
        "biased" => new RoutingRule.Biased(0.1, 0, -0.1),
        _ => new RoutingRule.MostVoted(),
    };

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task Every_certificate_has_a_record_that_verifies_and_says_the_same(
        string rule, string kind, string shares)
    {
        ScriptedVoter router = new("router", 1, [.. shares.Split(' ')
            .Select(share => double.Parse(share, System.Globalization.CultureInfo.InvariantCulture))]);
        RoutedClassifier classifier = new(
            "router", router, [new("a", _experts[0]), new("b", _experts[1]), new("c", _experts[2])], Rule(rule));
        for (int budget = 0; budget < 3; budget++)
        {
            Certificate certificate = await classifier.CertifyAsync(
                Input, new(Counts, Counts, 0.001) { Kind = Enum.Parse<CertificateKind>(kind),
                    PeerBudget = budget }, Seeds);
            CertificateRecord record = new RecordSigner(classifier, Versions).Record(certificate, SeedOrigin.Server);
            RecordVerdict verdict = RecordVerifier.Verify(RecordJson.WriteLine(record));
            Assert.True(verdict is RecordVerdict.HoldsUnsigned, $"{verdict}\n{RecordJson.Write(record)}");
            Assert.Equal((certificate.Class, certificate.Radius, certificate.LimitingRoute),
                (record.Class, record.Radius, record.LimitingRoute));
            Assert.Equal(1 + (certificate.Expert is null ? 0 : 1) + certificate.Peers.Length, record.Stages.Length);
            ReplayedRecord replayed = await RecordReplay.RunAsync(
                record, Input, id => id == "router" ? router : classifier.Routes.Single(route => route.Id == id).Voter);
            Assert.Equal($"replayed: all {certificate.SamplesDrawn} votes agree", replayed.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task Every_certificate_on_the_way_has_a_record_that_verifies(string rule, string kind, string shares)
    {
        ScriptedVoter router = new("router", 1, [.. shares.Split(' ')
            .Select(share => double.Parse(share, System.Globalization.CultureInfo.InvariantCulture))]);
        RoutedClassifier classifier = new(
            "router", router, [new("a", _experts[0]), new("b", _experts[1]), new("c", _experts[2])], Rule(rule));
        RecordSigner recordSigner = new(classifier, Versions);
        foreach (SamplingPlan sampling in new[]
        {
            SamplingPlan.Adaptive(Counts, Counts, new() { Resolution = 0.05 }),
            SamplingPlan.Scheduled(100, new(100, 400, 1000), new() { Target = 0.2 }),
        })
        {
            int records = 0;
            CertificationPlan plan = new(sampling, 0.001) { Kind = Enum.Parse<CertificateKind>(kind) };
            await foreach ((Certificate? told, _) in
                classifier.BeginAnytime(Input, plan, Seeds).RunAsync(classifier, sampling))
            {
                Certificate certificate = told!;
                CertificateRecord record = recordSigner.Record(certificate, SeedOrigin.Server);
                RecordVerdict verdict = RecordVerifier.Verify(RecordJson.WriteLine(record));
                Assert.True(verdict is RecordVerdict.HoldsUnsigned, $"{verdict}\n{RecordJson.Write(record)}");
                Assert.Equal((certificate.Class, certificate.Radius), (record.Class, record.Radius));
                records++;
            }
            Assert.True(records > 0);
        }
    }

    [Fact]
    public async Task One_expert_alone_has_a_record_without_a_router()
    {
        RoutedClassifier classifier = new(new Route("a", _experts[0]));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRecord record = new RecordSigner(classifier, Versions, key).Record(
            await classifier.CertifyAsync(Input, new(Counts, Counts, 0.001), Seeds), SeedOrigin.Caller);
        Assert.Equal((CertificateKinds.Single, RecordRoutingKinds.Fixed, "test"),
            (record.Kind, record.Routing.Kind, record.Versions["dualrs"]));
        Assert.Equal(["the caller chose the seed, and may have tried others"],
            Assert.IsType<RecordVerdict.HoldsSigned>(RecordVerifier.Verify(record, key)).Caveats);
    }

    [Fact]
    public void A_key_on_another_curve_is_refused_before_anything_is_certified()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        RoutedClassifier alone = new(new Route("a", _experts[0]));
        Assert.Throws<ArgumentException>(() => new RecordSigner(alone, Versions, key));
    }
}
