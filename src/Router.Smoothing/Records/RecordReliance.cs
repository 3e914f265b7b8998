using System.Security.Cryptography;
using System.Text.Json;

namespace Router.Smoothing.Records;

/// <summary>
/// What a verdict takes on a record's word, because arithmetic cannot tell whether it was fixed before the votes were
/// seen: whoever relies on a certificate
/// compares it with what was agreed (docs/formats.md, section 9).
/// </summary>
public static class RecordReliance
{
    // No second routing of these 128 bits is ever found.
    private const int FingerprintBytes = 16;

    /// <summary>Theorem, routing and its fingerprint, n0 and n, family of bounds, α and its split, who knew the seed;
    /// equal for certificates of one run.</summary>
    /// <param name="record">A record whose arithmetic holds.</param>
    public static string Of(CertificateRecord record)
    {
        StageRecord? expert = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Expert);
        BoundRecord? bound = record.Stages.SelectMany(stage => stage.Bounds).FirstOrDefault();
        bool mayStopEarly = bound?.Kind is BoundKinds.BetaMixture or BoundKinds.Schedule;
        string Counts(StageRecord? stage) => stage?.Selection is not { } selection ? "none"
            : mayStopEarly ? $"{selection.Total}" : $"{selection.Total} + {stage.Estimation.Total}";
        string router = record.Routing.Router is null ? "" : $", router {Counts(record.Stages[0])}";
        string looks = bound?.Looks is { } registered ? $" at {string.Join(' ', registered)}" : "";
        string experts = string.Join(", ", record.Routing.Mix.Select(member => member.Id));
        string shares = string.Join(" + ", record.Alpha.Shares.Select(Text));
        return $"{record.Kind} by {record.Routing.Named} over {experts}; routing {Fingerprint(record.Routing)}; "
            + $"{(mayStopEarly ? "n0" : "n0 + n")} {Counts(expert)}{router}; {bound?.Kind}{looks}; "
            + $"α {record.Alpha.Total:R} = {shares}; seed by the {record.Seed.Origin}";
    }

    /// <summary>The σ of every stage, which its function id fixes and arithmetic alone does not.</summary>
    /// <param name="record">A record whose arithmetic holds.</param>
    public static IEnumerable<string> SigmasOf(CertificateRecord record) =>
        record.Stages.Select(stage => $"{stage.Id} {stage.Sigma}");

    private static string Text(AlphaShareRecord share) =>
        share.Bounds == 1 ? $"{share.Share} {share.Alpha:R}" : $"{share.Share} {share.Alpha:R}/{share.Bounds}";

    // Of rule, experts, their order and all function ids.
    private static string Fingerprint(RoutingRecord routing)
    {
        byte[] canonical = CanonicalJson.Of(JsonSerializer.SerializeToElement(routing, RecordJson.Options));
        return Convert.ToHexStringLower(SHA256.HashData(canonical).AsSpan(0, FingerprintBytes));
    }
}
