using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Smoothing.Tests.Records;

public sealed class CascadeRecordTests
{
    private const ulong Seed = 77;
    private static readonly Cascade Cascade = new(0.7m, 0.8m);
    private static readonly AlphaLedger Ledger = Cascade.Split(0.001);
    private static readonly string[] Ids = ["s100", "s050", "s025"];

    private static MemberRecord Member(string id) => new(id, RecordSamples.Function(id).Value);

    private static VoteCounts Votes(string id, long from, long[] counts) =>
        new([.. counts], 5, new(from, from + counts.Sum() + 5), RecordSamples.Function(id));

    private static StageBounds Bounds(int stage, long[] selection, long[] estimation)
    {
        VoteCounts estimated = Votes(Ids[stage], 105, estimation);
        return new StageBounds(new BoundFamily.FixedCount(), Ledger, new(Seed, (uint)stage + 1),
            Votes(Ids[stage], 0, selection), estimated.Total).Look(estimated);
    }

    // Stages 0 and 1 passed on, stage 2 answers class 1; a later stage selects nothing and has indices of its own.
    private static CascadeEvidence Earlier(int stage, long rival) =>
        Evidence(stage, Bounds(stage, [40, 50, 10], [rival, 9000 - rival, 995]));

    private static CascadeEvidence Answer(int stage, long votes) =>
        Evidence(stage, Bounds(stage, [1, 99, 0], [9995 - votes, votes, 0]));

    private static CascadeEvidence Later(int stage, long votes)
    {
        VoteCounts estimated = Votes(Ids[stage], SampleCounts.FirstPeerIndex, [9995 - votes, votes, 0]);
        return Evidence(stage, new StageBounds(new BoundFamily.FixedCount(), Ledger, new(Seed, (uint)stage + 1),
            estimated.NoneBefore(), estimated.Total).Look(estimated));
    }

    private static CascadeEvidence Evidence(int stage, StageBounds bounds) =>
        CascadeEvidence.Of(Cascade, stage, 1, Ids[stage], 1m / (1 + stage), bounds);

    private static CertificateRecord Record(int answering, params ImmutableArray<CascadeEvidence> stages) =>
        CertificateRecord.From(
        CascadeCertificate.Certify(Cascade, stages, answering, Ledger, new GridInput(new byte[12], 3, 2, 2).Hash),
        new() { Routing = RoutingRecord.Of(Cascade, [.. Ids.Select(Member)]), SeedOrigin = SeedOrigin.Server });

    /// <summary>Of a cascade whose last stage could not be certified, so that none before it was estimated.</summary>
    internal static CertificateRecord Abstains => Record(2, [.. new[] { 0, 1 }.Select(stage => CascadeEvidence.NotAsked(
        Cascade, stage, 1, Ids[stage],
        1m / (1 + stage), new(Seed, (uint)stage + 1), Votes(Ids[stage], 0, [40, 50, 10]))),
            Answer(2, 4000)]);

    /// <summary>Of a cascade whose first stage limits.</summary>
    internal static CertificateRecord ByEarlier => Record(2, Earlier(0, 6000), Earlier(1, 4000), Answer(2, 9990));

    /// <summary>Of a cascade whose first stage answers, barely, and whose last one agrees far.</summary>
    internal static CertificateRecord ByLater => Record(0, Answer(0, 7200), Later(1, 7000), Later(2, 9990));

    private static CertificateRecord ByLaterWithoutTheMiddle => Record(0, Answer(0, 7200), Later(2, 9990));

    /// <summary>Records of a version that bounded the last stage from one side, as it wrote them.</summary>
    [Fact]
    public void Records_whose_last_stage_has_one_bound_hold_as_they_always_did()
    {
        string[] committed = File.ReadAllLines(RecordSamples.PathOf("cascade-toys.jsonl"));
        Assert.Equal(5, committed.Length);
        Assert.All(committed, said => Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(said)));
        Assert.All(committed, said => Assert.Contains("\"silence\",\"alpha\":0.0002,\"bounds\":2", said));
    }

    /// <summary>The committed records of cascades, which SciPy checks too (bench/recompute).</summary>
    [Fact]
    public void The_reference_records_are_what_is_written_today()
    {
        string[] written = [.. new[] { ByEarlier, ByLater,
            Record(2, Earlier(0, 2000), Earlier(1, 2000), Answer(2, 6000)), Record(0, Answer(0, 9000)), Abstains }
            .Select(record => JsonNode.Parse(RecordJson.Write(record))!.ToJsonString())];
        string[] committed = File.ReadAllLines(RecordSamples.PathOf("cascade-two-sided.jsonl"));
        Assert.True(committed.Length == written.Length, string.Join("\n", written));
        foreach ((string said, string now) in committed.Zip(written))
        {
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(said));
            // The last digits of exp and log differ between platforms.
            Assert.True(RecordJson.TryRead(said, out CertificateRecord? old, out _)
                && RecordJson.TryRead(now, out CertificateRecord? fresh, out _)
                && Math.Abs(old.Radius - fresh.Radius) < 1e-10 && (old.Class, old.LimitingStage, old.LimitingRoute) == (
                    fresh.Class, fresh.LimitingStage, fresh.LimitingRoute));
        }
    }

    public static TheoryData<string, int?, string?> Certificates => new() { { "earlier", 1, "s100" },
        { "answer", 1, null }, { "first", 1, null }, { "later", 1, "s050" }, { "abstains", null, null } };

    [Theory]
    [MemberData(nameof(Certificates))]
    public void A_cascades_record_holds_and_says_what_limits(string which, int? label, string? limiting)
    {
        CertificateRecord record = which switch
        {
            "earlier" => ByEarlier,
            "answer" => Record(2, Earlier(0, 2000), Earlier(1, 2000), Answer(2, 6000)),
            "first" => Record(0, Answer(0, 9000)),
            "later" => ByLater,
            _ => Abstains,
        };
        string json = RecordJson.Write(record);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(json));
        Assert.Equal((label, limiting, CertificateKinds.Cascade), (record.Class, record.LimitingRoute, record.Kind));
        Assert.Equal(label is not null, record.Radius > 0);
        Assert.True(RecordJson.TryRead(json, out CertificateRecord? read, out _));
        Assert.Equal(json, RecordJson.Write(read));
    }

    [Fact]
    public void Every_stage_has_a_name_of_its_own()
    {
        Assert.Equal(["router", "expert", "peer", "earlier", "later"],
            Enum.GetValues<Stage>().Select(RecordStages.NameOf));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordStages.NameOf((Stage)5));
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "threshold", "the bounds give radius" },
        { "threshold to one", "are not a decimal above 0 and below 1" },
        { "thresholds gone", "thresholds belong to cascade" },
        { "order", "it is not stage 0 of the order" },
        { "stage gone", "it is not stage 0 of the order" },
        { "earlier answers", "it answers" },
        { "class of earlier", "is asked about class 1" },
        { "radius", "the bounds give radius" },
        { "limiting route", "limits the radius, but" },
        { "limiting stage", "is not limited by 'router'" },
        { "rival", "no clopperPearson upper bound on the other class with the most votes" },
        { "alpha", "is not within one of 3 equal parts" },
        { "a rare class first",
            "2 upper bounds: a stage of a cascade has one, on the other class with the most votes, 6000" },
        { "a rare class last", "2 upper bounds: a stage of a cascade has one" },
        { "another n",
            "experts were estimated on 10000 and 9999 samples: a certificate registers one n for all of them" },
        { "another n0", "the stages of a cascade are selected on one n0, not on 105 and 104" },
        { "share undivided", "has 1 equal parts, but bounds on other classes at each stage but the last are 2" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void A_tampered_cascade_is_refused(string what, string reason)
    {
        JsonObject json = JsonNode.Parse(RecordJson.Write(ByEarlier))!.AsObject();
        JsonArray stages = json["stages"]!.AsArray();
        switch (what)
        {
            case "threshold": json["routing"]!["thresholds"]![0] = "0.71"; break;
            case "threshold to one": json["routing"]!["thresholds"]![1] = "1.0"; break;
            case "thresholds gone": json["routing"]!.AsObject().Remove("thresholds"); break;
            case "order": (stages[0]!["id"], stages[1]!["id"]) = ("s050", "s100"); Swap(stages, "function"); break;
            case "stage gone": stages.RemoveAt(0); break;
            case "earlier answers": stages[0]!["selection"]!["counts"] = new JsonArray(10, 80, 10); break;
            case "class of earlier": stages[1]!["outcome"] = 2; break;
            case "radius": json["radius"] = (double)json["radius"]! * 1.02; break;
            case "limiting route": json["limitingRoute"] = "s050"; break;
            case "limiting stage": json["limitingStage"] = "router"; break;
            case "rival": stages[1]!["bounds"]![1]!["outcomes"]![0] = 2; Recompute(stages[1]!["bounds"]![1]!); break;
            case "alpha": stages[0]!["bounds"]![0]!["alpha"] = 0.0005; break;
            case "a rare class first": stages[0]!["bounds"]!.AsArray().Insert(1, Rare(stages[0]!)); break;
            case "a rare class last": stages[0]!["bounds"]!.AsArray().Add(Rare(stages[0]!)); break;
            case "another n": Shorten(stages[1]!, "estimation"); break;
            case "another n0": Shorten(stages[1]!, "selection"); Move(stages[1]!["estimation"]!, 104); break;
            case "share undivided": json["alpha"]!["shares"]![1]!.AsObject().Remove("bounds"); break;
        }
        Assert.Contains(RecordSamples.Faults(json), fault => fault.Contains(reason, StringComparison.Ordinal));
    }

    public static TheoryData<string, string> LaterTampering => new()
    {
        { "later gone", "the bounds give radius" },
        { "order", "it is not stage 2 of the order" },
        { "class", "another stage is asked about class 1" },
        { "selects", "a later stage selects nothing" },
        { "last has silence", "has 2 equal parts, but bounds on other classes at each stage are 3" },
        { "limiting route", "limits the radius, but" },
        { "limiting stage", "limits the radius, but" },
        { "a stage twice", "it is not stage 3 of the order" },
        { "range of a routed stage", "a later stage draws from sample 1099511627776 on, not from 105" },
        { "better samples", "a later stage draws from sample 1099511627776 on, not from 1099511637776" },
        { "stage in between gone and radius of what is left claimed", "limits the radius, but" },
    };

    [Theory]
    [MemberData(nameof(LaterTampering))]
    public void Tampering_with_later_stages_is_refused(string what, string reason)
    {
        JsonObject json = JsonNode.Parse(RecordJson.Write(ByLater))!.AsObject();
        JsonArray stages = json["stages"]!.AsArray();
        switch (what)
        {
            case "later gone": stages.RemoveAt(1); break;
            case "order": (JsonNode last, JsonNode middle) = (stages[2]!.DeepClone(), stages[1]!.DeepClone());
            (stages[1], stages[2]) = (last, middle); break;
            case "class": stages[1]!["outcome"] = 0; break;
            case "selects": stages[1]!["selection"] = stages[0]!["selection"]!.DeepClone();
            stages[1]!["selection"]!["function"] = (string)stages[1]!["estimation"]!["function"]!; break;
            case "last has silence": json["alpha"]!["shares"]![1]!["bounds"] = 2; break;
            case "limiting route": json["limitingRoute"] = "s025"; break;
            case "limiting stage": json["limitingStage"] = "expert"; json.Remove("limitingRoute"); break;
            case "a stage twice": stages.Add(stages[2]!.DeepClone()); break;
            case "range of a routed stage": Move(stages[1]!["estimation"]!, 105); break;
            case "better samples": Move(stages[2]!["estimation"]!, SampleCounts.FirstPeerIndex + 10_000); break;
            case "stage in between gone and radius of what is left claimed": stages.RemoveAt(1);
            json["radius"] = ByLaterWithoutTheMiddle.Radius; break;
        }
        Assert.Contains(RecordSamples.Faults(json), fault => fault.Contains(reason, StringComparison.Ordinal));
    }

    private static void Move(JsonNode votes, long from) =>
        (votes["from"], votes["to"]) = (from, from + (long)votes["to"]! - (long)votes["from"]!);

    private static void Swap(JsonArray stages, string member)
    {
        foreach (string votes in (string[])["selection", "estimation"])
        {
            string first = (string)stages[0]![votes]![member]!, second = (string)stages[1]![votes]![member]!;
            (stages[0]![votes]![member], stages[1]![votes]![member]) = (second, first);
        }
    }

    // One undecided vote less.
    private static void Shorten(JsonNode stage, string votes)
    {
        stage[votes]!["to"] = (long)stage[votes]!["to"]! - 1;
        stage[votes]!["undecided"] = (long)stage[votes]!["undecided"]! - 1;
    }

    private static JsonNode Rare(JsonNode stage)
    {
        JsonNode bound = stage["bounds"]![1]!.DeepClone();
        bound["outcomes"]![0] = 2;
        Recompute(bound);
        return bound;
    }

    // The bound of the class with 995 votes, rightly computed.
    private static void Recompute(JsonNode bound)
    {
        Probability upper = ClopperPearson.Upper(1000, 10_000, (double)bound["alpha"]!);
        (bound["successes"], bound["value"], bound["complement"]) = (1000, upper.Value, upper.Complement);
    }
}
