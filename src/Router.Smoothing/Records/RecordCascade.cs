namespace Router.Smoothing.Records;

/// <summary>What a record of a cascade needs beyond others: stages in their order, the first that is sure, and V_e of the largest count (docs/certificates.md, section 5).</summary>
internal static class RecordCascade
{
    /// <summary>A stage stands in its place of the order, the expert is the first that its selection votes make answer, and all are about its class.</summary>
    public static void CheckOutcome(CertificateRecord record, StageRecord stage, List<string> faults)
    {
        int place = record.Stages.IndexOf(stage);
        StageRecord expert = record.Stages[^1];
        Cascade cascade = record.Routing.Cascade;
        Votes selection = stage.Selection!.ToVotes();
        string where = $"{stage.Stage} {stage.Id}";
        if (place >= record.Routing.Mix.Length || record.Routing.Mix[place].Id != stage.Id)
            faults.Add($"{where}: it is not stage {place} of the order {string.Join(", ", record.Routing.Mix.Select(member => member.Id))}");
        else if (selection.Counts.Length != stage.Estimation.Counts.Length || selection.Counts.Length != expert.Estimation.Counts.Length)
            faults.Add($"{where}: stages of one cascade vote over the same classes");
        else if (stage == expert && stage.Outcome != selection.MostVoted)
            faults.Add($"{where}: outcome {stage.Outcome} was not selected, the selection votes are for {selection.MostVoted}");
        else if (stage.Outcome != expert.Outcome)
            faults.Add($"{where}: an earlier stage is asked about class {expert.Outcome}, which expert {expert.Id} selected, not about {stage.Outcome}");
        else if (cascade.Accepts(place, selection) != (stage == expert))
            faults.Add($"{where}: by its selection votes and τ = {cascade.Threshold(place)} it {(stage == expert ? "does not answer" : "answers")}");
    }

    /// <summary>V_e is above every other class's bound: at a registered n, that is the bound of the other class with the most votes.</summary>
    public static void CheckBounds(StageRecord stage, List<string> faults)
    {
        if (stage.Bounds.IsEmpty && stage.Estimation.Total == 0)
            return;
        int[] others = [.. Enumerable.Range(0, stage.Estimation.Counts.Length).Where(other => other != stage.Outcome)];
        long most = others.Max(other => stage.Estimation.Counts[other]);
        if (!stage.Bounds.Any(bound => bound.Kind == BoundKinds.ClopperPearson && stage.Estimation.Counts[bound.Outcomes[0]] == most))
            faults.Add($"{stage.Stage} {stage.Id}: no {BoundKinds.ClopperPearson} upper bound on the other class with the most votes, {most}");
    }
}
