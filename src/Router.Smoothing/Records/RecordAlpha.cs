namespace Router.Smoothing.Records;

/// <summary>
/// Checks the α ledger: its shares stay within the total, and the bounds within their shares, used or not (docs/certificates.md, section 4).
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
        if (shares.Any(share => !(share.Alpha > 0)) || shares.DistinctBy(share => share.Share).Count() != shares.Length)
            faults.Add("the shares of α must be positive and named once each");
        else if (!(shares.Sum(share => share.Alpha) <= total * (1 + Rounding)))
            faults.Add($"the shares of α add up to {shares.Sum(share => share.Alpha):R}, more than the total {total:R}");
        if (faults.Count > 0)
            return;
        Dictionary<string, double> spent = [];
        foreach ((StageRecord stage, BoundRecord bound) in record.Stages.SelectMany(stage => stage.Bounds, (stage, bound) => (stage, bound)))
        {
            if (shares.FirstOrDefault(share => share.Share == bound.Share) is not { } share)
            {
                faults.Add($"{stage.Stage} {stage.Id}: a bound spends α of '{bound.Share}', which the ledger does not have");
                continue;
            }
            int parts = Parts(record, stage, bound);
            if (!(bound.Alpha > 0 && bound.Alpha <= share.Alpha / parts * (1 + Rounding)))
                faults.Add($"{stage.Stage} {stage.Id}: a bound at α {bound.Alpha:R} is not within one of {parts} equal parts of "
                    + $"{share.Share} {share.Alpha:R}");
            spent[share.Share] = spent.GetValueOrDefault(share.Share) + bound.Alpha;
        }
        foreach (AlphaShareRecord share in shares)
            if (spent.GetValueOrDefault(share.Share) > share.Alpha * (1 + Rounding))
                faults.Add($"the bounds of '{share.Share}' spend {spent[share.Share]:R} together, more than its {share.Alpha:R}");
    }

    // Which of several bounds will be needed is decided by votes: each has its part, whether used or not.
    private static int Parts(CertificateRecord record, StageRecord stage, BoundRecord bound) =>
        bound.Side == BoundKinds.Upper ? Math.Max(1, stage.Estimation.Counts.Length - 1)
        : stage.Stage == RecordStages.Peer ? record.Routing.Mix.Length - 1
        : 1;
}
