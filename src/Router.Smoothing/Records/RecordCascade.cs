using System.Collections.Immutable;
using Router.Votes;

namespace Router.Smoothing.Records;

/// <summary>What a record of a cascade needs beyond others: stages in their order, the first that is sure, and V_i of
/// the largest count (docs/certificates.md, section 5).</summary>
internal static class RecordCascade
{
    /// <summary>A stage stands in its place of the order, the expert is the first that its selection votes make answer,
    /// and all are about its class.</summary>
    public static void CheckOutcome(CertificateRecord record, StageRecord stage, List<string> faults)
    {
        int at = record.Stages.IndexOf(stage), place = PlaceOf(record, stage);
        StageRecord expert = record.Stages.First(other => other.Stage == RecordStages.Expert);
        Cascade cascade = record.Routing.Cascade;
        string where = $"{stage.Stage} {stage.Id}";
        bool inOrder = stage.Stage == RecordStages.Later ? place > PlaceOf(record, record.Stages[at - 1]) : place == at;
        if (place < 0 || !inOrder)
            faults.Add($"{where}: it is not stage {at} of the order "
                + $"{string.Join(", ", record.Routing.Mix.Select(member => member.Id))}");
        else if (stage.Estimation.Counts.Length != expert.Estimation.Counts.Length
            || stage.Estimation.Counts.Length < 2)
            faults.Add($"{where}: stages of one cascade vote over the same classes, two or more");
        else if (stage.Outcome != expert.Outcome)
            faults.Add($"{where}: another stage is asked about class {expert.Outcome}, which expert {expert.Id} "
                + $"selected, not about {stage.Outcome}");
        else if (stage.Selection?.ToVotes() is { } selection)
            CheckSelection(where, stage, place, cascade, selection, faults);
        if (faults.Count == 0)
            CheckBounds(stage, faults);
    }

    /// <summary>The place of a stage in the order; −1 where it is none of it.</summary>
    public static int PlaceOf(CertificateRecord record, StageRecord stage) =>
        record.Routing.Mix.Select(member => member.Id).ToList().IndexOf(stage.Id);

    private static void CheckSelection(
        string where, StageRecord stage, int place, Cascade cascade, VoteCounts selection, List<string> faults)
    {
        bool expert = stage.Stage == RecordStages.Expert;
        if (selection.Counts.Length != stage.Estimation.Counts.Length)
            faults.Add($"{where}: stages of one cascade vote over the same classes, two or more");
        else if (expert && stage.Outcome != selection.MostVoted)
            faults.Add($"{where}: outcome {stage.Outcome} was not selected, the selection votes are for "
                + $"{selection.MostVoted}");
        else if (cascade.Accepts(place, selection) != expert)
            faults.Add($"{where}: by its selection votes and τ = {cascade.Threshold(place)} it "
                + $"{(expert ? "does not answer" : "answers")}");
    }

    // V_i is above every other class's bound: at a registered n, that is the bound of the other class with the most
    // votes. Of several, none but the largest would do.
    private static void CheckBounds(StageRecord stage, List<string> faults)
    {
        BoundRecord[] others = [.. stage.Bounds.Where(bound => bound.Side == BoundKinds.Upper)];
        if (others.Length == 0) return;
        ImmutableArray<long> counts = stage.Estimation.Counts;
        long most = counts.Where((_, label) => label != stage.Outcome).Max();
        if (others.Length > 1)
            faults.Add($"{stage.Stage} {stage.Id}: {others.Length} {BoundKinds.Upper} bounds: a stage of a cascade has "
                + $"one, on the other class with the most votes, {most}");
        else if (others[0] is not { Kind: BoundKinds.ClopperPearson, Outcomes: [var other] } || other < 0
            || other >= counts.Length || other == stage.Outcome || counts[other] != most)
            faults.Add($"{stage.Stage} {stage.Id}: no {BoundKinds.ClopperPearson} {BoundKinds.Upper} bound on the "
                + $"other class with the most votes, {most}");
    }
}
