using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>
/// Checks the votes: counts make up their ranges, stages agree on routes and classes, outcomes are the ones selected.
/// </summary>
internal static class RecordVotes
{
    // Beyond 2⁵³ JSON numbers are not exact everywhere.
    private const long LastIndex = 1L << 53;

    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
        {
            Check($"{stage.Stage} {stage.Id}: selection", stage.Selection, faults);
            // An earlier stage is not estimated where nothing can be certified any more.
            Check(
                $"{stage.Stage} {stage.Id}: estimation", stage.Estimation, faults,
                mayBeEmpty: stage.Stage == RecordStages.Earlier);
            if (stage.Selection is { } selection && selection.Function != stage.Estimation.Function)
                faults.Add($"{stage.Stage} {stage.Id}: functions {selection.Function} and {stage.Estimation.Function} "
                    + $"both voted: counts of different functions are never joined");
            if (faults.Count == 0)
                CheckOutcome(record, stage, faults);
        }
    }

    private static void Check(string where, VotesRecord? votes, List<string> faults, bool mayBeEmpty = false)
    {
        if (votes is null)
            return;
        if (votes.From < 0 || votes.To < votes.From || (votes.To == votes.From && !mayBeEmpty) || votes.To > LastIndex
            || votes.Total > ClopperPearson.MaxDraws)
            faults.Add($"{where}: [{votes.From}, {votes.To}) is not a range of 1 … {ClopperPearson.MaxDraws} samples");
        else if (votes.Counts.IsEmpty || votes.Undecided < 0 || votes.Passed < 1
            || votes.Counts.Any(count => count < 0))
            faults.Add($"{where}: counts must be ≥ 0 and not empty, and passes are absent or ≥ 1");
        else if (votes.Counts.Append(votes.Undecided).Append(votes.Passed ?? 0)
            .Aggregate((Int128)0, (sum, count) => sum + count) is var sum && sum != votes.Total)
            faults.Add($"{where}: counts and undecided votes{(votes.Passed is null ? "" : " and passes")} add up to "
                + $"{sum}, but n is {votes.Total}");
    }

    private static void CheckOutcome(CertificateRecord record, StageRecord stage, List<string> faults)
    {
        ImmutableArray<long> counts = stage.Estimation.Counts;
        StageRecord? expert = record.Stages.FirstOrDefault(other => other.Stage == RecordStages.Expert);
        if (record.Kind == CertificateKinds.Cascade)
        {
            RecordCascade.CheckOutcome(record, stage, faults);
        }
        else if (stage.Selection is { } selection)
        {
            bool routes = stage.Stage == RecordStages.Router;
            if (selection.Counts.Length != counts.Length)
                faults.Add($"{stage.Stage} {stage.Id}: {selection.Counts.Length} outcomes were selected from, "
                    + $"{counts.Length} estimated");
            else if (routes && counts.Length != record.Routing.Mix.Length)
                faults.Add($"router {stage.Id}: it votes over {counts.Length} routes, but the mix has "
                    + $"{record.Routing.Mix.Length}");
            else if ((routes ? record.Routing.Rule.Select(selection.ToVotes()) : selection.ToVotes()
                .MostVoted) is var selected && stage.Outcome != selected)
                faults.Add($"{stage.Stage} {stage.Id}: outcome {stage.Outcome} was not selected, the selection votes "
                    + $"are for {selected}"
                    + (routes ? $" by {record.Routing.Rule}" : ""));
            else if (routes && expert is not null && record.Routing.Mix[stage.Outcome].Id != expert.Id)
                faults.Add($"router {stage.Id}: it selected {record.Routing.Mix[stage.Outcome].Id}, but expert "
                    + $"{expert.Id} was asked");
        }
        else if (stage.Outcome != expert!.Outcome || counts.Length != expert.Estimation.Counts.Length)
            faults.Add($"{stage.Stage} {stage.Id}: a peer is asked for class {expert.Outcome} of "
                + $"{expert.Estimation.Counts.Length}, which expert {expert.Id} selected, not for {stage.Outcome} of "
                + $"{counts.Length}");
    }
}
