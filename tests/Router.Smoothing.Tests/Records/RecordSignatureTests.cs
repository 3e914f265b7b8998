using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

public class RecordSignatureTests
{
    [Fact]
    public void A_signed_record_holds_signed_by_its_key_and_by_an_unknown_key_to_who_does_not_have_it()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256),
        stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string json = RecordJson.Write(RecordSignature.Sign(RecordSamples.Dual(), key));
        using ECDsa publicKey = ECDsa.Create();
        publicKey.ImportSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);

        RecordVerdict.HoldsSigned signed = Assert.IsType<RecordVerdict.HoldsSigned>(
            RecordVerifier.Verify(json, stranger, publicKey));
        Assert.Equal(RecordSignature.KeyId(key), signed.KeyId);
        Assert.Empty(signed.Caveats);
        RecordVerdict.HoldsSignedByUnknown unknown = Assert.IsType<RecordVerdict.HoldsSignedByUnknown>(
            RecordVerifier.Verify(json, stranger));
        Assert.Equal(signed.KeyId, unknown.KeyId);
        Assert.Equal(["its signature cannot be checked without the key, so counts and n are self-reported"],
            unknown.Caveats);
    }

    [Fact]
    public void Order_of_members_and_white_space_are_not_signed()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        JsonObject tree = JsonNode.Parse(
            RecordJson.Write(RecordSignature.Sign(RecordSamples.Exclusion(), key)))!.AsObject();
        JsonObject reversed = new(
            tree.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        Assert.IsType<RecordVerdict.HoldsSigned>(RecordVerifier.Verify(reversed.ToJsonString(), key));
    }

    // Consistent with itself, so that only the signature can tell.
    [Fact]
    public void A_forgery_whose_arithmetic_holds_fails_by_its_signature()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRecord honest = RecordSignature.Sign(RecordSamples.Dual(), key);
        CertificateRecord forged = CertificateRecord.From(
            RecordSamples.DualCertificate(classVotes: 9950),
            RecordSamples.Context("s012", "s025", "s050", "s100")) with { Signature = honest.Signature };
        Assert.True(forged.Radius > honest.Radius);
        RecordVerdict.DoesNotHold verdict = Assert.IsType<RecordVerdict.DoesNotHold>(
            RecordVerifier.Verify(forged, key));
        Assert.Equal([$"the signature of key {RecordSignature.KeyId(key)} does not fit the record"], verdict.Faults);
        foreach (CertificateRecord edited in new[] { honest with { Input = new('0', 64) },
            honest with { Versions = honest.Versions.Add("x", "1") } })
            Assert.IsType<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(edited, key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    public void A_signature_that_is_none_does_not_fit(string value)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRecord record =
            RecordSamples.Dual() with { Signature = new(RecordSignature.Algorithm, RecordSignature.KeyId(key), value) };
        Assert.Contains("does not fit the record", RecordVerifier.Verify(record, key).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Another_algorithm_or_curve_is_refused()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => RecordSignature.Sign(RecordSamples.Dual(), key));
        CertificateRecord record =
            RecordSamples.Dual() with { Signature = new("none", RecordSignature.KeyId(key), "") };
        Assert.Contains("unknown signature algorithm 'none'", RecordVerifier.Verify(record, key).ToString(),
            StringComparison.Ordinal);
        record = RecordSamples.Dual() with { Signature = new(
            RecordSignature.Algorithm, RecordSignature.KeyId(key), Convert.ToBase64String(new byte[64])) };
        Assert.Contains("does not fit the record", RecordVerifier.Verify(record, key).ToString(),
            StringComparison.Ordinal);
    }
}
