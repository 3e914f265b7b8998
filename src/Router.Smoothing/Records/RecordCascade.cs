using System.Collections.Immutable;
using Router.Votes;

namespace Router.Smoothing.Records;

/// <summary>
/// What a record of a cascade needs beyond others: stages in their order, the first that is sure, and V_i of the other
/// class that comes nearest (docs/certificates.md, section 5).
/// </summary>
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
        else if (WrongClasses(record, stage) is { } count)
            faults.Add($"{where}: it votes over {stage.Estimation.Counts.Length} classes, but the thresholds "
                + $"[{string.Join(", ", record.Routing.Thresholds!.Value)}] are of {count}");
        else if (stage.Outcome != expert.Outcome)
            faults.Add($"{where}: another stage is asked about class {expert.Outcome}, which expert {expert.Id} "
                + $"selected, not about {stage.Outcome}");
        else if (stage.Selection?.ToVotes() is { } selection)
            CheckSelection(where, stage, place, cascade, selection, faults);
        if (faults.Count == 0)
            CheckBounds(stage, cascade.At(place), faults);
    }

    /// <summary>
    /// V_i of every stage is on the class that comes nearest by the bounds that its counts give. Where looks may differ
    /// all other classes have theirs, and nothing is left to choose.
    /// </summary>
    public static void CheckRivals(CertificateRecord record, ulong seed, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
        {
            StageReading bounds = new(stage, (of, bound) => RecordBounds.Recompute(of, bound, seed));
            int place = PlaceOf(record, stage);
            if (!IsAtRegisteredCount(stage) || bounds.Rival(record.Routing.Cascade, place) is not { } said) continue;
            double alpha = stage.Bounds.First(bound => bound.Side == BoundKinds.Upper).Alpha;
            VoteCounts votes = stage.Estimation.ToVotes();
            RivalBound nearest = record.Routing.Cascade.Nearest(
                place, stage.Outcome, bounds.Chosen, votes.Counts, other => Cohen.UpperBound(other, votes, alpha));
            double Margin(RivalBound rival) => record.Routing.Cascade.Margin(place, bounds.Chosen, rival);
            if (Margin(said) > Margin(nearest) + Agreement)
                faults.Add($"{stage.Stage} {stage.Id}: an {BoundKinds.Upper} bound on class {said.Class}, but class "
                    + $"{nearest.Class} comes nearer to its threshold");
        }
    }

    // Quantiles that differ by less are told apart by rounding alone.
    private const double Agreement = 1e-9;

    private static int? WrongClasses(CertificateRecord record, StageRecord stage) =>
        record.Routing.Thresholds!.Value.Select(taus => (int?)taus.Numbers.Length)
            .FirstOrDefault(count => count > 1 && count != stage.Estimation.Counts.Length);

    /// <summary>The place of a stage in the order; −1 where it is none of it.</summary>
    public static int PlaceOf(CertificateRecord record, StageRecord stage) =>
        record.Routing.Mix.Select(member => member.Id).ToList().IndexOf(stage.Id);

    private static void CheckSelection(
        string where, StageRecord stage, int place, Cascade cascade, VoteCounts selection, List<string> faults)
    {
        bool expert = stage.Stage == RecordStages.Expert;
        if (selection.Counts.Length != stage.Estimation.Counts.Length)
            faults.Add($"{where}: stages of one cascade vote over the same classes, two or more");
        else if (expert && stage.Outcome != cascade.Foremost(place, selection))
            faults.Add($"{where}: outcome {stage.Outcome} was not selected, the selection votes are for "
                + $"{cascade.Foremost(place, selection)}");
        else if (cascade.Accepts(place, selection) != expert)
            faults.Add($"{where}: by its selection votes and τ = {cascade.At(place)} it "
                + $"{(expert ? "does not answer" : "answers")}");
    }

    private static bool IsAtRegisteredCount(StageRecord stage) =>
        stage.Bounds.Any(
        bound => bound.Kind is BoundKinds.ClopperPearson or BoundKinds.RandomisedClopperPearson);

    // Of the classes with one threshold, at one n, the one with the most votes comes nearest. At other looks another
    // can.
    private static void CheckBounds(StageRecord stage, Thresholds taus, List<string> faults)
    {
        BoundRecord[] others = [.. stage.Bounds.Where(bound => bound.Side == BoundKinds.Upper)];
        if (others.Length == 0) return;
        ImmutableArray<long> counts = stage.Estimation.Counts;
        if (!IsAtRegisteredCount(stage))
        {
            if (others.Length != counts.Length - 1)
                faults.Add($"{stage.Stage} {stage.Id}: {others.Length} {BoundKinds.Upper} bounds of {others[0].Kind}: "
                    + $"where looks may differ all {counts.Length - 1} other classes have one");
            return;
        }
        bool IsRival(int label) => label >= 0 && label < counts.Length && label != stage.Outcome;
        long Most(Func<int, bool> of) => counts.Where((_, label) => IsRival(label) && of(label)).Max();
        if (others.Length > 1)
            faults.Add($"{stage.Stage} {stage.Id}: {others.Length} {BoundKinds.Upper} bounds: a stage of a cascade has "
                + $"one, on the other class with the most votes, {Most(_ => true)}");
        else if (others[0] is not { Kind: BoundKinds.ClopperPearson, Outcomes: [var other] } || !IsRival(other)
            || counts[other] != Most(label => taus[label] == taus[other]))
            faults.Add($"{stage.Stage} {stage.Id}: no {BoundKinds.ClopperPearson} {BoundKinds.Upper} bound on the "
                + $"other class with the most votes, {Most(_ => true)}, or of those with one threshold");
    }
}
