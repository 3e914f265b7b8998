using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>
/// Committed records, which bench/recompute checks with SciPy and OpenSSL alone. They freeze version 1 of the format:
/// where one of these tests fails, records already out there would no longer verify.
/// </summary>
public class GoldenRecordTests
{
    public static TheoryData<string> Files => [.. RecordSamples.Golden.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_committed_record_still_verifies_under_the_key_that_signed_it(string file)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(RecordSamples.PathOf("public.pem")));
        RecordVerdict verdict = RecordVerifier.Verify(File.ReadAllText(RecordSamples.PathOf(file)), key);
        Assert.Equal(RecordSignature.KeyId(key), Assert.IsType<RecordVerdict.HoldsSigned>(verdict).KeyId);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_same_counts_still_give_the_committed_record(string file)
    {
        Assert.True(RecordJson.TryRead(
            File.ReadAllText(RecordSamples.PathOf(file)), out CertificateRecord? golden, out string? fault), fault);
        CertificateRecord made = RecordSamples.Golden[file]();
        Assert.Equal(golden.Radius, made.Radius, 1e-12);
        Assert.Equal(Shape(golden), Shape(made));
    }

    // Four images of a real run: exclusion, two-sided, one of them limited by a peer.
    [Fact]
    public void Two_sided_records_of_a_real_run_hold_and_one_vote_less_for_the_runner_up_does_not()
    {
        string[] records = File.ReadAllLines(RecordSamples.PathOf("cifar10.jsonl"));
        Assert.Equal(4, records.Length);
        foreach (string record in records)
        {
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(record));
            JsonNode forged = JsonNode.Parse(record)!;
            JsonNode expert = forged["stages"]!.AsArray().Single(stage => (string)stage!["stage"]! == "expert")!;
            JsonNode runnerUp = expert["bounds"]!.AsArray().Where(bound => (string)bound!["side"]! == "upper")
                .MaxBy(bound => (long)bound!["successes"]!)!;
            runnerUp["successes"] = (long)runnerUp["successes"]! - 1;
            Assert.IsType<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(forged.ToJsonString()));
        }
    }

    // Four images of a real run of a cascade; SciPy agrees with all of them (bench/recompute).
    [Fact]
    public void Records_of_a_cascade_hold_and_a_lower_threshold_where_one_limits_does_not()
    {
        string[] records = File.ReadAllLines(RecordSamples.PathOf("cascade.jsonl"));
        Assert.Equal(4, records.Length);
        foreach (string record in records)
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(record));
        JsonNode forged = JsonNode.Parse(records[0])!;
        forged["routing"]!["thresholds"]![2] = "0.55";
        Assert.IsType<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(forged.ToJsonString()));
    }

    // All but the last digits of bounds, which exp and log of the platform may move.
    private static string Shape(CertificateRecord record) => RecordJson.Write(record with
    {
        Signature = null,
        Radius = 0,
        Stages = [.. record.Stages.Select(stage =>
            stage with { Bounds = [.. stage.Bounds.Select(bound => bound with { Value = 0, Complement = 0 })] })],
    });
}
