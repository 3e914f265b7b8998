
namespace Router.Smoothing.Records;

/// <summary>
/// Checks what one plan has for all stages alike: the family of bounds with its looks, and the n at which a family that
/// holds at one n alone is read. Whoever
/// could choose them stage by stage would choose by votes.
/// </summary>
internal static class RecordSampling
{
    private static readonly string[] Kinds =
        [BoundKinds.ClopperPearson, BoundKinds.RandomisedClopperPearson, BoundKinds.Schedule, BoundKinds.BetaMixture];

    public static void Check(CertificateRecord record, List<string> faults)
    {
        BoundRecord[] bounds = [.. record.Stages.SelectMany(stage => stage.Bounds)];
        foreach (string kind in bounds.Select(bound => bound.Kind).Distinct())
            RecordMembers.Known(faults, "bound kind", kind, Kinds);
        if (faults.Count > 0 || bounds is not [var first, ..])
            return;
        if (bounds.FirstOrDefault(bound => bound.Kind != first.Kind) is { } other)
            faults.Add(
                $"bounds of several kinds, {first.Kind} and {other.Kind}: a certificate has one, chosen beforehand");
        else if (bounds.Any(bound => !Looks(bound).SequenceEqual(Looks(first))))
            faults.Add("bounds with several schedules: a certificate has one, chosen beforehand");
        else if (first.Kind == BoundKinds.Schedule)
            CheckLooks(record, [.. Looks(first)], faults);
        else if (first.Kind is BoundKinds.ClopperPearson or BoundKinds.RandomisedClopperPearson)
            CheckCounts(record, faults);
        long[] selections =
            [.. record.Stages.Select(stage => stage.Selection).OfType<VotesRecord>().Select(votes => votes.Total)
                .Distinct()];
        if (record.Kind == CertificateKinds.Cascade && selections.Length > 1)
            faults.Add($"the stages of a cascade are selected on one n0, not on {string.Join(" and ", selections)}");
    }

    private static IEnumerable<long> Looks(BoundRecord bound) => bound.Looks ?? [];

    private static void CheckLooks(CertificateRecord record, HashSet<long> looks, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
            if (!looks.Contains(stage.Estimation.Total))
                faults.Add(
                    $"{stage.Stage} {stage.Id}: {stage.Estimation.Total} votes do not end at one of its registered "
                    + $"looks");
    }

    // The router has an n of its own; experts, and stages of a cascade, share theirs.
    private static void CheckCounts(CertificateRecord record, List<string> faults)
    {
        long[] totals =
        [
            .. record.Stages.Where(stage => stage.Stage != RecordStages.Router).Select(stage => stage.Estimation.Total)
                .Where(total => total > 0).Distinct(),
        ];
        if (totals.Length > 1)
            faults.Add($"experts were estimated on {string.Join(" and ", totals)} samples: "
                + "a certificate registers one n for all of them");
    }
}
