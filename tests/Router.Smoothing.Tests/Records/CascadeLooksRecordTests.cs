using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Smoothing.Tests.Records;

/// <summary>Records of a cascade whose stages were looked at more than once.</summary>
public sealed class CascadeLooksRecordTests
{
    private const ulong Seed = 79;
    private static readonly Cascade Cascade = new(new Thresholds(0.4m, 0.45m, 0.2m), 0.6m);
    private static readonly AlphaLedger Ledger = Cascade.Split(0.001);
    private static readonly string[] Ids = ["s100", "s050", "s025"];

    // Each look has all votes so far.
    private static CascadeEvidence Stage(int place, long[]? selection, params long[][] looks)
    {
        VoteCounts Votes(long from, long[] counts) =>
            new([.. counts], 0, new(from, from + counts.Sum()), RecordSamples.Function(Ids[place]));
        long first = selection?.Sum() ?? SampleCounts.FirstPeerIndex;
        StageBounds bounds = new(
            new BoundFamily.Mixture(), Ledger, new(Seed, (uint)place + 1),
            selection is null ? Votes(first, looks[0]).NoneBefore() : Votes(0, selection), 10_000);
        foreach (long[] look in looks) bounds.Look(Votes(first, look));
        return CascadeEvidence.Of(Cascade, place, 1, Ids[place], 1m / (1 + place), bounds);
    }

    // The stages stopped at different counts. At the second the class with the most other votes was 2, then 0.
    private static CertificateRecord Record => CertificateRecord.From(
        CascadeCertificate.Certify(
            Cascade,
            [
                Stage(0, [38, 44, 18], [100, 240, 60], [600, 1475, 425]),
                Stage(1, [10, 70, 20], [10, 85, 15], [100, 860, 90]),
                Stage(2, null, [2, 60, 2]),
            ],
            1, Ledger, new GridInput(new byte[12], 3, 2, 2).Hash),
        new()
        {
            Routing = RoutingRecord.Of(
                Cascade, [.. Ids.Select(id => new MemberRecord(id, RecordSamples.Function(id).Value))]),
            SeedOrigin = SeedOrigin.Server,
        });

    private static JsonNode Json() => JsonNode.Parse(RecordJson.Write(Record))!;

    /// <summary>The committed record, which SciPy checks too (bench/recompute).</summary>
    [Fact]
    public void The_reference_record_is_what_is_written_today()
    {
        string written = Json().ToJsonString(),
            committed = File.ReadAllText(RecordSamples.PathOf("cascade-looks.jsonl"));
        Assert.True(RecordJson.TryRead(committed, out CertificateRecord? old, out _), written);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(committed));
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(written));
        Assert.True(Math.Abs(old.Radius - Record.Radius) < 1e-10 && Record.Radius > 0.1, $"{Record.Radius}");
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "a rival left out", "where looks may differ all 2 other classes have one" },
        { "the nearest rival alone", "where looks may differ all 2 other classes have one" },
        { "more than its part", "is not within one of 3 equal parts of silence" },
        { "another look", "100 of 1043 at α" },
        { "a prior that was not registered", "½ more than the selection votes on its outcomes" },
        { "the class bounded from above", "proves nothing about outcome 1" },
        { "of several kinds", "2 upper bounds: a stage of a cascade has one" },
        { "fewer parts", "has 1 equal parts, but bounds on other classes at each stage but the last are 2" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void A_tampered_record_is_refused(string what, string reason)
    {
        JsonNode record = Json();
        JsonArray bounds = record["stages"]![1]!["bounds"]!.AsArray();
        JsonNode rival = bounds.First(bound => bound!["side"]!.GetValue<string>() == "upper")!;
        switch (what)
        {
            case "a rival left out": bounds.Remove(rival); break;
            case "the nearest rival alone": bounds.RemoveAt(2); break;
            case "more than its part": rival["alpha"] = rival["alpha"]!.GetValue<double>() * 2; break;
            case "another look": rival["draws"] = rival["draws"]!.GetValue<long>() - 7; break;
            case "a prior that was not registered": rival["a"] = 0.5; break;
            case "the class bounded from above": rival["outcomes"]![0] = 1; break;
            case "of several kinds": rival["kind"] = "clopperPearson"; break;
            case "fewer parts": record["alpha"]!["shares"]![1]!["bounds"] = 1; break;
            default: throw new ArgumentException(what, nameof(what));
        }
        Assert.Contains(RecordSamples.Faults(record), fault => fault.Contains(reason, StringComparison.Ordinal));
    }
}
