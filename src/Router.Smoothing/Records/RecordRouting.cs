using Router.Votes;

namespace Router.Smoothing.Records;

/// <summary>Checks the deployed classifier of a record, and that every stage is a part of it.</summary>
internal static class RecordRouting
{
    public static void Check(CertificateRecord record, List<string> faults)
    {
        CheckRule(record.Routing, faults);
        if (faults.Count == 0)
            CheckMix(record, faults);
        if (faults.Count == 0)
            CheckThresholds(record.Routing, faults);
        if (faults.Count > 0)
            return;
        foreach (StageRecord stage in record.Stages)
            CheckMember(record.Routing, stage, faults);
        CheckPeers(record, faults);
    }

    private static void CheckRule(RoutingRecord routing, List<string> faults)
    {
        RecordMembers.Known(
            faults, "routing kind", routing.Kind,
            RecordRoutingKinds.Fixed, RecordRoutingKinds.MostVoted, RecordRoutingKinds.Quantile,
            RecordRoutingKinds.Biased, RecordRoutingKinds.Cascade);
        if ((routing.Tau is not null) != (routing.Kind == RecordRoutingKinds.Quantile)
            || (routing.Bias is not null) != (routing.Kind == RecordRoutingKinds.Biased))
            faults.Add($"routing by {routing.Kind}: tau belongs to {RecordRoutingKinds.Quantile}, bias to "
                + $"{RecordRoutingKinds.Biased}, one each");
        if ((routing.Thresholds is not null) != (routing.Kind == RecordRoutingKinds.Cascade))
            faults.Add(
                $"routing by {routing.Kind}: thresholds belong to {RecordRoutingKinds.Cascade}, and to it alone");
        else if (routing.Thresholds is { } thresholds
            && (thresholds.Length != routing.Mix.Length - 1 || thresholds.IsEmpty
                || thresholds.Any(taus => taus.Read() is null)))
            faults.Add($"the thresholds [{string.Join(", ", thresholds)}] are not a decimal above 0 and below 1, or "
                + $"one for each class, for every stage but the last of {routing.Mix.Length}");
        if (routing.Tau is { } tau && routing.TauValue is not (> 0 and < 1))
            faults.Add($"τ '{tau}' is not a decimal above 0 and below 1");
        if (routing.Bias is { } bias && (bias.Length != routing.Mix.Length || !bias.All(RoutingRule.Biased.Allows)))
            faults.Add($"there are {bias.Length} biases for the {routing.Mix.Length} experts of the mix: each has one, "
                + $"from -{RoutingRule.Biased.Most} to {RoutingRule.Biased.Most}");
    }

    private static void CheckMix(CertificateRecord record, List<string> faults)
    {
        RoutingRecord routing = record.Routing;
        bool routed = record.Kind is not (CertificateKinds.Single or CertificateKinds.Cascade),
            cascade = record.Kind == CertificateKinds.Cascade;
        if (routing.Mix.IsEmpty || routing.Mix.DistinctBy(member => member.Id).Count() != routing.Mix.Length)
            faults.Add("the mix must name its experts once each");
        else if (routed != (routing.Router is not null)
            || routed == (routing.Kind is RecordRoutingKinds.Fixed or RecordRoutingKinds.Cascade)
            || cascade != (routing.Kind == RecordRoutingKinds.Cascade)
                || (!routed && !cascade && routing.Mix.Length > 1))
            faults.Add($"a certificate of kind {record.Kind} does not fit a mix of {routing.Mix.Length} routed by "
                + $"{routing.Kind} {(routing.Router is null ? "without" : "with")} a router");
    }

    private static void CheckThresholds(RoutingRecord routing, List<string> faults)
    {
        if (routing.Router?.Pass is { } ofRouter)
            faults.Add($"router {routing.Router.Id}: pass '{ofRouter}' belongs to experts");
        foreach (MemberRecord member in routing.Mix)
            if (member.Pass is { } pass && (RoutingRecord.Decimal(pass) is not { } theta || theta == 0
                || PassThreshold.Objection(theta) is not null))
                faults.Add($"{member.Id}: pass '{pass}' is not a multiple of 0.005 above 0 and below 1");
    }

    private static void CheckMember(RoutingRecord routing, StageRecord stage, List<string> faults)
    {
        MemberRecord? member = stage.Stage == RecordStages.Router
            ? routing.Router
            : routing.Mix.FirstOrDefault(member => member.Id == stage.Id);
        VotesRecord[] votes = [.. new[] { stage.Selection, stage.Estimation }.OfType<VotesRecord>()];
        if (member?.Id != stage.Id)
            faults.Add($"{stage.Stage} {stage.Id}: not part of the deployed classifier");
        else if (votes.FirstOrDefault(votes => votes.Function != member.Function) is { } foreign)
            faults.Add($"{stage.Stage} {stage.Id}: function {foreign.Function} voted, but the deployed one is "
                + $"{member.Function}");
        else if (member.Pass is null && votes.Any(votes => votes.Passed is not null))
            faults.Add($"{stage.Stage} {stage.Id}: it has passes, but no pass threshold in the mix");
    }

    private static void CheckPeers(CertificateRecord record, List<string> faults)
    {
        StageRecord[] peers = [.. record.Stages.Where(stage => stage.Stage == RecordStages.Peer)];
        if (record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Expert) is { } expert
            && peers.Any(peer => peer.Id == expert.Id))
            faults.Add($"peer {expert.Id} is the routed expert: only the experts of other routes are peers");
        if (peers.GroupBy(peer => peer.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            faults.Add($"peer {twice.Key} is asked twice");
    }
}
