using System.Security.Cryptography;

namespace Router.Smoothing.Records;

/// <summary>
/// Checks a record without a model: every bound and the radius are computed again from the counts, and what would void
/// the guarantee is looked for. That the counts were counted, and n fixed beforehand, only a signature can vouch for.
/// </summary>
public static class RecordVerifier
{
    /// <summary>Reads and checks a record.</summary>
    /// <param name="json">The record's text.</param>
    /// <param name="trusted">Public keys whose signatures count; P-256.</param>
    public static RecordVerdict Verify(string json, params IReadOnlyCollection<ECDsa> trusted) =>
        RecordJson.TryRead(json, out CertificateRecord? record, out string? fault)
            ? Verify(record, trusted)
            : new RecordVerdict.Unreadable(fault);

    /// <summary>Checks a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="trusted">Public keys whose signatures count; P-256.</param>
    public static RecordVerdict Verify(CertificateRecord record, params IReadOnlyCollection<ECDsa> trusted)
    {
        if (record.Schema != CertificateRecord.CurrentSchema)
            return new RecordVerdict.Unreadable(RecordJson.UnknownSchema(record.Schema));
        List<string> faults = [];
        // Each check relies on what the ones before it found in order.
        Action<CertificateRecord, List<string>>[] checks =
        [
            RecordMembers.Check, RecordRouting.Check, RecordVotes.Check, RecordRanges.Check, BoundRole.Check,
            RecordSampling.Check, RecordAlpha.Check,
            RecordBounds.Check, RecordLooks.Check, RecordRadius.Check,
        ];
        foreach (Action<CertificateRecord, List<string>> check in checks)
            if (faults.Count == 0)
                check(record, faults);
        ECDsa? signer = record.Signature is { } signature
            ? trusted.FirstOrDefault(key => RecordSignature.KeyId(key) == signature.Key)
            : null;
        if (record.Signature is { Algorithm: not RecordSignature.Algorithm } unknown)
            faults.Add(
                $"unknown signature algorithm '{unknown.Algorithm}': this verifier knows {RecordSignature.Algorithm}");
        else if (faults.Count == 0 && signer is not null && !RecordSignature.Fits(record, signer))
            faults.Add($"the signature of key {record.Signature!.Key} does not fit the record");
        if (faults.Count > 0)
            return new RecordVerdict.DoesNotHold([.. faults]);
        string[] caveats = record.Seed.Origin == SeedRecord.Caller
            ? ["the caller chose the seed, and may have tried others"]
            : [];
        return (record.Signature, signer) switch
        {
            ({ } signed, not null) => new RecordVerdict.HoldsSigned(signed.Key, [.. caveats]),
            ({ } signed, null) => new RecordVerdict.HoldsSignedByUnknown(
                signed.Key, ["its signature cannot be checked without the key, so counts and n are self-reported",
                    .. caveats]),
            _ => new RecordVerdict.HoldsUnsigned(["counts and n are self-reported", .. caveats]),
        };
    }
}
