using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Smoothing.Tests.Records;

/// <summary>Records of a cascade whose first stage has thresholds by class, below one half too.</summary>
public sealed class CascadeByClassRecordTests
{
    private const ulong Seed = 78;
    private static readonly Cascade Cascade = new(new Thresholds(0.4m, 0.45m, 0.2m), 0.6m),
        Hesitant = new(new Thresholds(0.4m, 0.6m, 0.4m), 0.6m);
    private static readonly AlphaLedger Ledger = Cascade.Split(0.001);
    private static readonly string[] Ids = ["s100", "s050", "s025"];

    private static CascadeEvidence Stage(Cascade cascade, int place, long[]? selection, params long[] estimation)
    {
        VoteCounts Votes(long from, long[] counts) =>
            new([.. counts], 0, new(from, from + counts.Sum()), RecordSamples.Function(Ids[place]));
        VoteCounts estimated = Votes(selection is null ? SampleCounts.FirstPeerIndex : selection.Sum(), estimation);
        return CascadeEvidence.Of(cascade, place, 1, Ids[place], 1m / (1 + place), StageBounds.AtFixedCount(
            Ledger, estimated, selection is null ? null : Votes(0, selection), new(Seed, (uint)place + 1)));
    }

    private static CertificateRecord Record(int answering, params ImmutableArray<CascadeEvidence> stages) =>
        CertificateRecord.From(
            CascadeCertificate.Certify(
                stages[0].Cascade, stages, answering, Ledger, new GridInput(new byte[12], 3, 2, 2).Hash),
            new()
            {
                Routing = RoutingRecord.Of(
                    stages[0].Cascade, [.. Ids.Select(id => new MemberRecord(id, RecordSamples.Function(id).Value))]),
                SeedOrigin = SeedOrigin.Server,
            });

    // Two classes are above their thresholds: Φ⁻¹(.46) − Φ⁻¹(.4) = .15, Φ⁻¹(.52) − Φ⁻¹(.45) = .18.
    private static CertificateRecord Ahead => Record(0, Stage(Cascade, 0, [46, 52, 2], 3300, 6500, 200));

    /// <summary>Of a cascade whose first stage limits, by the class with the fewest votes.</summary>
    internal static CertificateRecord Silent => Record(
        1, Stage(Cascade, 0, [38, 44, 18], 2400, 5900, 1700), Stage(Cascade, 1, [10, 70, 20], 900, 8600, 500));

    // No class has half of the last stage's votes.
    private static CertificateRecord Last => Record(
        2, Stage(Hesitant, 0, [30, 50, 20], 3000, 5000, 2000), Stage(Hesitant, 1, [30, 55, 15], 2500, 6000, 1500),
        Stage(Hesitant, 2, [30, 45, 25], 2700, 4700, 2600));

    private static JsonNode Json(CertificateRecord record) => JsonNode.Parse(RecordJson.Write(record))!;

    /// <summary>The committed records, which SciPy checks too (bench/recompute).</summary>
    [Fact]
    public void The_reference_records_are_what_is_written_today()
    {
        CertificateRecord[] records = [Ahead, Silent, Last];
        string[] written = [.. records.Select(record => Json(record).ToJsonString())];
        string[] committed = File.ReadAllLines(RecordSamples.PathOf("cascade-by-class.jsonl"));
        Assert.True(committed.Length == written.Length, string.Join("\n", written));
        foreach ((string said, CertificateRecord now) in committed.Zip(records))
        {
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(said));
            // The last digits of exp and log differ between platforms.
            Assert.True(RecordJson.TryRead(said, out CertificateRecord? old, out _)
                && Math.Abs(old.Radius - now.Radius) < 1e-10 && old.LimitingRoute == now.LimitingRoute);
        }
        Assert.All(records, record => Assert.Equal(1, record.Class));
        Assert.Equal([null, "s100", null], records.Select(record => record.LimitingRoute));
    }

    [Fact]
    public void Thresholds_by_class_are_a_list_and_one_for_all_stays_a_text()
    {
        JsonNode record = Json(Ahead);
        Assert.Equal("[[\"0.4\",\"0.45\",\"0.2\"],\"0.6\"]", record["routing"]!["thresholds"]!.ToJsonString());
        Assert.True(RecordJson.TryRead(record.ToJsonString(), out CertificateRecord? read, out _));
        Assert.Equal(RecordJson.Write(Ahead), RecordJson.Write(read));
        Assert.Contains("[0.4 0.45 0.2],0.6", read.Routing.Difference(RoutingRecord.Of(new Cascade(0.5m), [])));
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "threshold of the class", "the bounds give radius" },
        { "threshold of the rival", "the bounds give radius" },
        { "threshold of another", "by its selection votes and τ = [0.4 0.45 0.02] it answers" },
        { "thresholds of two classes", "it votes over 3 classes, but the thresholds [[0.4 0.45], 0.6] are of 2" },
        { "a list of one", "thresholds by class are of two classes or more" },
        { "a threshold of one", "are not a decimal above 0 and below 1, or one for each class" },
        { "selected another", "outcome 1 was not selected, the selection votes are for 0" },
        { "the most voted rival", "an upper bound on class 0, but class 2 comes nearer to its threshold" },
        { "no rival at the last", "the bounds give radius" },
        { "a part less for the last", "has 2 equal parts, but bounds on other classes at each stage are 3" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void A_tampered_record_is_refused(string what, string reason)
    {
        JsonNode record = Json(what switch
        {
            "threshold of another" or "the most voted rival" => Silent,
            "no rival at the last" or "a part less for the last" => Last,
            _ => Ahead,
        });
        JsonArray first = record["routing"]!["thresholds"]![0]!.AsArray(), stages = record["stages"]!.AsArray();
        switch (what)
        {
            case "threshold of the class": first[1] = "0.44"; break;
            case "threshold of the rival": first[0] = "0.41"; break;
            case "threshold of another": first[2] = "0.02"; break;
            case "thresholds of two classes": first.RemoveAt(2); break;
            case "a list of one": first.RemoveAt(2); first.RemoveAt(1); break;
            case "a threshold of one": first[1] = "1.0"; break;
            case "selected another": stages[0]!["selection"]!["counts"] = new JsonArray(50, 48, 2); break;
            case "the most voted rival": OnMostVoted(stages[0]!["bounds"]![1]!); break;
            case "no rival at the last": stages[2]!["bounds"]!.AsArray().RemoveAt(1); break;
            case "a part less for the last": record["alpha"]!["shares"]![1]!["bounds"] = 2; break;
        }
        Assert.Contains(RecordSamples.Faults(record), fault => fault.Contains(reason, StringComparison.Ordinal));
    }

    private static void OnMostVoted(JsonNode bound)
    {
        Probability upper = ClopperPearson.Upper(2400, 10_000, (double)bound["alpha"]!);
        (bound["outcomes"]![0], bound["successes"], bound["value"], bound["complement"]) =
            (0, 2400, upper.Value, upper.Complement);
    }
}
