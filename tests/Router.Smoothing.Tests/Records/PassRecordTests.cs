using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Smoothing.Tests.Records;

/// <summary>Records of experts that keep votes back.</summary>
public sealed class PassRecordTests
{
    private const ulong Seed = 78;
    private static readonly string Input = new GridInput(new byte[12], 3, 2, 2).Hash;
    private static readonly string[] Ids = ["s100", "s050"];

    private static FunctionId Function(string id) => PassThreshold.At(0.35m).Of(RecordSamples.Function(id));

    private static MemberRecord Member(string id) => new(id, Function(id).Value) { Pass = "0.35" };

    private static VoteCounts Votes(string id, long from, long[] counts, long passed, long undecided = 0) => new(
        [.. counts], undecided, new(from, from + counts.Sum() + passed + undecided), Function(id), passed);

    /// <summary>One expert with fewer votes than passes, from both sides.</summary>
    internal static CertificateRecord Single => Of(new BoundFamily.FixedCount());

    /// <summary>The same by mixtures that looked twice.</summary>
    internal static CertificateRecord Mixture => Of(new BoundFamily.Mixture());

    private static CertificateRecord Of(BoundFamily family)
    {
        AlphaLedger ledger = AlphaLedger.Single(0.001).WithOtherClasses(3);
        StageBounds bounds = new(family, ledger, new(Seed, 1), Votes("s050", 0, [5, 45, 0], 50), 10_000);
        if (family is BoundFamily.Mixture) bounds.Look(Votes("s050", 100, [60, 400, 10], 528, 2));
        bounds.Look(Votes("s050", 100, [700, 3900, 90], 5305, 5));
        return CertificateRecord.From(
            Dual.Certify(route: null, StageEvidence.Of("s050", 0.5m, bounds), ledger, Input),
            new() { Routing = new(RecordRoutingKinds.Fixed, [Member("s050")]), SeedOrigin = SeedOrigin.Server });
    }

    /// <summary>A cascade whose first stage passes nearly always, and so is silent far out.</summary>
    internal static CertificateRecord OfCascade
    {
        get
        {
            Cascade cascade = new(0.5m);
            AlphaLedger ledger = cascade.Split(0.001);
            // Without its passes the first stage would answer: 15 of 20 votes are for class 2.
            CascadeEvidence first = CascadeEvidence.Of(cascade, 0, 1, "s100", 1, StageBounds.AtFixedCount(
                ledger, Votes("s100", 100, [100, 500, 1500], 7895, 5), Votes("s100", 0, [0, 5, 15], 80),
                new(Seed, 1)));
            CascadeEvidence second = CascadeEvidence.Of(cascade, 1, 1, "s050", 0.5m, StageBounds.AtFixedCount(
                ledger, Votes("s050", 100, [50, 9900, 20], 30), Votes("s050", 0, [0, 99, 0], 1), new(Seed, 2)));
            return CertificateRecord.From(CascadeCertificate.Certify(cascade, [first, second], 1, ledger, Input),
                new() { Routing = RoutingRecord.Of(cascade, [.. Ids.Select(Member)]), SeedOrigin = SeedOrigin.Server });
        }
    }

    private static CertificateRecord Of(string which) => which switch
    {
        "single" => Single,
        "mixture" => Mixture,
        _ => OfCascade,
    };

    /// <summary>The committed records, which SciPy checks too (bench/recompute).</summary>
    [Fact]
    public void The_reference_records_are_what_is_written_today()
    {
        CertificateRecord[] made = [Single, OfCascade, Mixture];
        string[] committed = [.. new[] { "passes.jsonl", "passes-mixture.jsonl" }
            .SelectMany(file => File.ReadLines(RecordSamples.PathOf(file)))];
        Assert.True(committed.Length == made.Length, string.Join("\n", made.Select(RecordJson.WriteLine)));
        foreach ((string said, CertificateRecord now) in committed.Zip(made))
        {
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(said));
            Assert.True(RecordJson.TryRead(said, out CertificateRecord? old, out string? fault), fault);
            // The last digits of exp and log differ between platforms.
            Assert.Equal(old.Radius, now.Radius, 1e-10);
            Assert.Equal((old.Class, old.LimitingStage, old.LimitingRoute),
                (now.Class, now.LimitingStage, now.LimitingRoute));
            Assert.Equal(old.Stages.Select(stage => stage.Estimation.Passed),
                now.Stages.Select(stage => stage.Estimation.Passed));
        }
    }

    [Fact]
    public void What_the_rest_passes_is_no_rivals_and_a_stage_that_passes_is_silent()
    {
        Assert.Equal((1, RecordStages.Expert), (Single.Class, Single.LimitingStage));
        Assert.True(Single.Radius > 0.1 && Single.Stages[0].Bounds[0].Value < 0.5);
        Assert.Equal((1, RecordStages.Earlier), (OfCascade.Class, OfCascade.LimitingStage));
        Assert.True(OfCascade.Radius > 0.9);
    }

    [Theory]
    [InlineData("single")]
    [InlineData("mixture")]
    [InlineData("cascade")]
    public void A_record_with_passes_holds_and_comes_back_from_its_text(string which)
    {
        string json = RecordJson.Write(Of(which));
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(json));
        Assert.True(RecordJson.TryRead(json, out CertificateRecord? read, out _));
        Assert.Equal(json, RecordJson.Write(read));
    }

    [Fact]
    public void A_record_without_a_threshold_says_nothing_of_passes() =>
        Assert.DoesNotContain("pass", RecordJson.Write(RecordSamples.Exclusion()), StringComparison.Ordinal);

    public static TheoryData<string, string, string> Tampering => new()
    {
        { "single", "passes of no threshold", "it has passes, but no pass threshold in the mix" },
        { "single", "a threshold that nobody can record", "pass '0.351' is not a multiple of 0.005" },
        { "single", "a threshold of 0", "pass '0' is not a multiple of 0.005 above 0" },
        { "single", "a threshold of 1", "pass '1' is not a multiple of 0.005 above 0" },
        { "single", "passes left out of n", "counts and undecided votes and passes add up to" },
        { "single", "no passes", "passes are absent or ≥ 1" },
        { "single", "a pass for the class", "counts and undecided votes and passes add up to" },
        { "single", "passes that were undecided", "are not among the" },
        { "mixture", "passes against nobody", "a = 45.5, b = 5.5 are not 45.5 and 55.5" },
        { "cascade", "selection without its passes", "by its selection votes and τ = 0.5 it answers" },
        { "cascade", "undecided instead of passes", "by its selection votes and τ = 0.5 it answers" },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void A_tampered_record_is_refused(string which, string what, string reason)
    {
        JsonObject json = JsonNode.Parse(RecordJson.Write(Of(which)))!.AsObject();
        JsonNode stage = json["stages"]![0]!, member = json["routing"]!["mix"]![0]!;
        JsonNode selection = stage["selection"]!, estimation = stage["estimation"]!;
        switch (what)
        {
            case "passes of no threshold": member.AsObject().Remove("pass"); break;
            case "a threshold that nobody can record": member["pass"] = "0.351"; break;
            case "a threshold of 0": member["pass"] = "0"; break;
            case "a threshold of 1": member["pass"] = "1"; break;
            case "passes left out of n": estimation["to"] = (long)estimation["to"]! - 100; break;
            case "no passes": selection["passed"] = 0; break;
            case "a pass for the class": estimation["counts"]![1] = 3901; break;
            case "passes that were undecided": (estimation["passed"], estimation["undecided"]) = (5310, 0); break;
            case "passes against nobody": (stage["bounds"]![0]!["a"], stage["bounds"]![0]!["b"]) = (45.5, 5.5); break;
            case "selection without its passes":
                selection.AsObject().Remove("passed");
                selection["counts"] = new JsonArray(0, 25, 75);
                break;
            case "undecided instead of passes":
                selection.AsObject().Remove("passed");
                selection["undecided"] = 80;
                break;
        }
        Assert.Contains(reason, RecordVerifier.Verify(json.ToJsonString()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_that_passes_is_refused()
    {
        JsonObject json = JsonNode.Parse(RecordJson.Write(RecordSamples.Exclusion()))!.AsObject();
        json["routing"]!["router"]!["pass"] = "0.35";
        Assert.Contains("pass '0.35' belongs to experts", RecordVerifier.Verify(json.ToJsonString()).ToString(),
            StringComparison.Ordinal);
    }
}
