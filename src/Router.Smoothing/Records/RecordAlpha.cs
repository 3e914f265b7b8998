
namespace Router.Smoothing.Records;

/// <summary>
/// Checks the α ledger: its shares stay within the total, and each bound within its own equal part of the share that is
/// named for it, whether the other
/// parts were used or not (docs/certificates.md, section 4).
/// </summary>
internal static class RecordAlpha
{
    // Shares are decimal fractions of the total; their binary sum may exceed it by rounding alone.
    private const double Rounding = 1e-12;

    public static void Check(CertificateRecord record, List<string> faults)
    {
        double total = record.Alpha.Total;
        AlphaShareRecord[] shares = [.. record.Alpha.Shares];
        if (!(total > 0 && total <= 0.5))
            faults.Add($"α {total:R} does not lie in (0, 0.5]");
        if (shares.Any(share => !(share.Alpha > 0 && share.Bounds > 0))
            || shares.DistinctBy(share => share.Share).Count() != shares.Length)
            faults.Add("the shares of α must be positive, for one bound or more, and named once each");
        else if (!(shares.Sum(share => share.Alpha) <= total * (1 + Rounding)))
            faults.Add(
                $"the shares of α add up to {shares.Sum(share => share.Alpha):R}, more than the total {total:R}");
        if (faults.Count > 0)
            return;
        HashSet<string> undivided = [];
        foreach ((StageRecord stage, BoundRecord bound) in record.Stages.SelectMany(
            stage => stage.Bounds, (stage, bound) => (stage, bound)))
        {
            if (shares.FirstOrDefault(share => share.Share == bound.Share) is not { } share)
                faults.Add(
                    $"{stage.Stage} {stage.Id}: a bound spends α of '{bound.Share}', which the ledger does not have");
            else if (share.Share == AlphaLedger.Failover)
                faults.Add($"{stage.Stage} {stage.Id}: a bound spends α that is kept for a failover, for the "
                    + $"certificate of another mix");
            else if (BoundRole.Of(record, stage, bound)! is var role && role.Share != share.Share)
                faults.Add($"{stage.Stage} {stage.Id}: a bound on {role.Name} spends α of '{share.Share}', its share "
                    + $"is '{role.Share}'");
            else if (!(bound.Alpha > 0 && bound.Alpha <= share.Alpha / share.Bounds * (1 + Rounding)))
                faults.Add($"{stage.Stage} {stage.Id}: a bound at α {bound.Alpha:R} is not within one of "
                    + $"{share.Bounds} equal parts of {share.Share} {share.Alpha:R}");
            else if (role.Count > share.Bounds && undivided.Add(share.Share))
                faults.Add($"α of '{share.Share}' has {share.Bounds} equal parts, but bounds on {role.Name} are "
                    + $"{role.Count}: votes decide which of them are "
                    + "needed, so each has its part, used or not");
        }
    }
}
