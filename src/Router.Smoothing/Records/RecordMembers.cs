using System.Globalization;
using Router.Votes.Noise;

namespace Router.Smoothing.Records;

/// <summary>
/// Checks that a record's names and texts are ones this version knows, and that its stages are those its kind needs.
/// </summary>
internal static class RecordMembers
{
    // A reader's own limits: checks compare stages with experts, and bounds with outcomes.
    private const int MostExperts = 1024, MostSeedDigits = 20;

    public static void Check(CertificateRecord record, List<string> faults)
    {
        Known(
            faults, "certificate kind", record.Kind, CertificateKinds.Single, CertificateKinds.Dual,
            CertificateKinds.Exclusion, CertificateKinds.Cascade);
        Known(faults, "noise kind", record.Noise, "grid");
        Known(faults, "seed origin", record.Seed.Origin, SeedRecord.Server, SeedRecord.Caller);
        Known(
            faults, "limiting stage", record.LimitingStage, RecordStages.Router, RecordStages.Expert, RecordStages.Peer,
            RecordStages.Earlier, RecordStages.Later);
        if (record.Seed.Value.Length > MostSeedDigits
            || !ulong.TryParse(record.Seed.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            faults.Add($"seed '{record.Seed.Value}' is not a 64-bit number in decimal");
        if (!IsHash(record.Input))
            faults.Add($"input '{record.Input}' is not a SHA-256 in lower-case hex");
        foreach (MemberRecord member in record.Routing.Mix.Concat(record.Routing.Router is { } one ? [one] : []))
            if (member.Id.Length == 0 || !IsHash(member.Function))
                faults.Add($"function '{member.Function}' of '{member.Id}' is not a SHA-256 in lower-case hex of a "
                    + "network that has an id");
        int experts = record.Routing.Mix.Length;
        if (experts > MostExperts || record.Stages.Length > experts + 1)
            faults.Add($"{record.Stages.Length} stages of a mix of {experts}: a mix has at most {MostExperts} experts, "
                + $"and each of them and the router one stage at most");
        foreach (StageRecord stage in record.Stages)
            if (Sigma(stage) is not (> 0 and <= GridThresholds.MaxSigma))
                faults.Add($"{stage.Stage} {stage.Id}: σ '{stage.Sigma}' is not a decimal above 0 and at most "
                    + $"{GridThresholds.MaxSigma}, as the grid noise has");
        if (faults.Count > 0)
            return;
        CheckStages(record, faults);
    }

    public static decimal? Sigma(StageRecord stage) => RoutingRecord.Decimal(stage.Sigma);

    private static void CheckStages(CertificateRecord record, List<string> faults)
    {
        string[] stages = [.. record.Stages.Select(stage => stage.Stage)];
        bool fits = record.Kind switch
        {
            CertificateKinds.Single => stages is [RecordStages.Expert],
            CertificateKinds.Dual => stages is [RecordStages.Router] or [RecordStages.Router, RecordStages.Expert],
            CertificateKinds.Cascade => stages.SkipWhile(stage => stage == RecordStages.Earlier).ToArray() is [
                RecordStages.Expert, .. string[] later] && later.All(stage => stage == RecordStages.Later),
            _ => stages is [RecordStages.Router] or [RecordStages.Router, RecordStages.Expert, ..]
                && stages.Skip(2).All(stage => stage == RecordStages.Peer),
        };
        if (!fits)
            faults.Add($"a certificate of kind {record.Kind} cannot have the stages {string.Join(", ", stages)}");
        if (record.LimitingStage != RecordStages.Expert && (record.LimitingStage is RecordStages.Earlier
            or RecordStages.Later) != (record.Kind == CertificateKinds.Cascade))
            faults.Add($"a certificate of kind {record.Kind} is not limited by '{record.LimitingStage}'");
        foreach (StageRecord stage in record.Stages)
            if ((stage.Selection is null) != (stage.Stage is RecordStages.Peer or RecordStages.Later))
                faults.Add($"{stage.Stage} {stage.Id}: "
                    + (stage.Selection is null ? "it selects its outcome, but has no selection votes"
                        : stage.Stage == RecordStages.Peer ? "a peer selects nothing"
                        : "a later stage selects nothing"));
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    public static void Known(List<string> faults, string what, string value, params string[] known)
    {
        if (!known.Contains(value))
            faults.Add($"unknown {what} '{value}': this verifier knows {string.Join(", ", known)}");
    }
}
