using System.Globalization;

namespace Router.Smoothing.Records;

/// <summary>Checks that a record's names and texts are ones this version knows, and that its stages are those its kind needs.</summary>
internal static class RecordMembers
{
    public static void Check(CertificateRecord record, List<string> faults)
    {
        Known(faults, "certificate kind", record.Kind, CertificateKinds.Single, CertificateKinds.Dual, CertificateKinds.Exclusion);
        Known(faults, "routing kind", record.Routing.Kind, RecordRoutingKinds.Fixed, RecordRoutingKinds.MostVoted);
        Known(faults, "noise kind", record.Noise, "grid");
        Known(faults, "seed origin", record.Seed.Origin, SeedRecord.Server, SeedRecord.Caller);
        Known(faults, "limiting stage", record.LimitingStage, RecordStages.Router, RecordStages.Expert);
        if (!ulong.TryParse(record.Seed.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            faults.Add($"seed '{record.Seed.Value}' is not a 64-bit number in decimal");
        if (!IsHash(record.Input))
            faults.Add($"input '{record.Input}' is not a SHA-256 in lower-case hex");
        foreach (StageRecord stage in record.Stages)
            if (Sigma(stage) is not > 0)
                faults.Add($"{stage.Stage} {stage.Id}: σ '{stage.Sigma}' is not a positive decimal");
        if (faults.Count > 0)
            return;
        CheckStages(record, faults);
        if (faults.Count == 0)
            CheckMix(record, faults);
    }

    public static decimal? Sigma(StageRecord stage) =>
        decimal.TryParse(stage.Sigma, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal sigma) ? sigma : null;

    private static void CheckStages(CertificateRecord record, List<string> faults)
    {
        string[] stages = [.. record.Stages.Select(stage => stage.Stage)];
        bool fits = record.Kind switch
        {
            CertificateKinds.Single => stages is [RecordStages.Expert],
            CertificateKinds.Dual => stages is [RecordStages.Router] or [RecordStages.Router, RecordStages.Expert],
            _ => stages is [RecordStages.Router] or [RecordStages.Router, RecordStages.Expert, ..]
                && stages.Skip(2).All(stage => stage == RecordStages.Peer),
        };
        if (!fits)
            faults.Add($"a certificate of kind {record.Kind} cannot have the stages {string.Join(", ", stages)}");
        foreach (StageRecord stage in record.Stages)
            if ((stage.Selection is null) != (stage.Stage == RecordStages.Peer))
                faults.Add($"{stage.Stage} {stage.Id}: "
                    + (stage.Selection is null ? "it selects its outcome, but has no selection votes" : "a peer selects nothing"));
    }

    private static void CheckMix(CertificateRecord record, List<string> faults)
    {
        bool routed = record.Kind != CertificateKinds.Single;
        RoutingRecord routing = record.Routing;
        if (routing.Mix.IsEmpty || routing.Mix.DistinctBy(member => member.Id).Count() != routing.Mix.Length)
            faults.Add("the mix must name its experts once each");
        else if (routed != (routing.Router is not null) || routed != (routing.Mix.Length > 1) || (routed && routing.Kind == RecordRoutingKinds.Fixed))
            faults.Add($"a certificate of kind {record.Kind} does not fit a mix of {routing.Mix.Length} routed by {routing.Kind} "
                + $"{(routing.Router is null ? "without" : "with")} a router");
        if (faults.Count > 0)
            return;
        foreach (StageRecord stage in record.Stages)
        {
            MemberRecord? member = stage.Stage == RecordStages.Router ? routing.Router : routing.Mix.FirstOrDefault(member => member.Id == stage.Id);
            if (member?.Id != stage.Id)
                faults.Add($"{stage.Stage} {stage.Id}: not part of the deployed classifier");
            else if (Functions(stage).FirstOrDefault(function => function != member.Function) is { } foreign)
                faults.Add($"{stage.Stage} {stage.Id}: function {foreign} voted, but the deployed one is {member.Function}");
        }
        if (record.Stages.Skip(routed ? 1 : 0).GroupBy(stage => stage.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            faults.Add($"{twice.Key} is asked twice");
    }

    private static IEnumerable<string> Functions(StageRecord stage) =>
        new[] { stage.Selection, stage.Estimation }.OfType<VotesRecord>().Select(votes => votes.Function);

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static void Known(List<string> faults, string what, string value, params string[] known)
    {
        if (!known.Contains(value))
            faults.Add($"unknown {what} '{value}': this verifier knows {string.Join(", ", known)}");
    }
}
