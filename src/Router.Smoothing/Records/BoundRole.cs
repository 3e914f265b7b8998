
namespace Router.Smoothing.Records;

/// <summary>
/// What a bound is for. A certificate has a use for bounds on what was selected and on what could take its place, and
/// for no others; which of them are needed is decided by votes, so α is split over all of them beforehand.
/// </summary>
/// <param name="Name">What its bounds have in common.</param>
/// <param name="Share">The share of the α ledger that they spend, and no others.</param>
/// <param name="Count">How many of them a certificate of this kind plans for, whatever the votes say; ≥ 1.</param>
internal sealed record BoundRole(string Name, string Share, long Count)
{
    /// <summary>Finds bounds without a role, and two of the same.</summary>
    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
        {
            foreach (BoundRecord bound in stage.Bounds)
                if (bound.Side is not (BoundKinds.Lower or BoundKinds.Upper))
                    faults.Add($"{stage.Stage} {stage.Id}: unknown side '{bound.Side}': this verifier knows "
                        + $"{BoundKinds.Lower}, {BoundKinds.Upper}");
                else if (Of(record, stage, bound) is null)
                    faults.Add($"{stage.Stage} {stage.Id}: the {bound.Side} bound on "
                        + $"{string.Join("+", bound.Outcomes)} proves nothing about "
                        + $"outcome {stage.Outcome}, which was selected: accepted are {Accepted(record, stage)}");
            if (stage.Bounds.GroupBy(bound => (bound.Side, string.Join("+", bound.Outcomes)))
                .FirstOrDefault(group => group.Count() > 1) is { } twice)
                faults.Add($"{stage.Stage} {stage.Id}: two {twice.Key.Side} bounds on outcome {twice.Key.Item2}");
        }
    }

    /// <summary>The role of a bound, or null where it has none.</summary>
    public static BoundRole? Of(CertificateRecord record, StageRecord stage, BoundRecord bound)
    {
        bool lower = bound.Side == BoundKinds.Lower;
        int others = Others(record.Routing.Mix.Length);
        if (stage.Stage == RecordStages.Router && record.Routing.Kind == RecordRoutingKinds.Quantile)
            return bound.Outcomes.SequenceEqual(Enumerable.Range(0, bound.Outcomes.Length))
                && IsCumulative(record, stage, lower, bound.Outcomes.Length - 1)
                ? new(
                    "cumulative probabilities", AlphaLedger.Router,
                    record.Kind == CertificateKinds.Dual ? Math.Min(2, others) : others)
                : null;
        if (bound.Outcomes is not [var outcome] || outcome < 0 || outcome >= stage.Estimation.Counts.Length
            || lower != (outcome == stage.Outcome))
            return null;
        if (record.Kind == CertificateKinds.Cascade)
            return lower ? new("the class at each stage", AlphaLedger.Expert, record.Routing.Mix.Length)
                // Records whose last stage was bounded from one side alone had a part less.
                : RecordCascade.PlaceOf(record, stage) == record.Routing.Mix.Length - 1
                ? new("other classes at each stage", AlphaLedger.Silence, record.Routing.Mix.Length)
                : new("other classes at each stage but the last", AlphaLedger.Silence, others);
        return (stage.Stage, lower) switch
        {
            (RecordStages.Router, true) => new("chosen route", AlphaLedger.Router, 1),
            (RecordStages.Router, false) => new("other routes", AlphaLedger.OtherRoute, others),
            (RecordStages.Expert, true) => new("class", AlphaLedger.Expert, 1),
            (RecordStages.Expert, false) => new(
                "other classes", AlphaLedger.OtherClass, Others(stage.Estimation.Counts.Length)),
            (_, true) => new("peers", AlphaLedger.Peer, others),
            (_, false) => new(
                "other classes of peers", AlphaLedger.PeersOtherClass,
                (long)others * Others(stage.Estimation.Counts.Length)),
        };
    }

    // F_k below for k ≥ a and above for k < a; the dual certificate needs the two nearest.
    private static bool IsCumulative(CertificateRecord record, StageRecord router, bool lower, int k) =>
        k >= 0 && k < record.Routing.Mix.Length - 1 && lower == (k >= router.Outcome)
        && (record.Kind != CertificateKinds.Dual || k == router.Outcome || k == router.Outcome - 1);

    private static string Accepted(CertificateRecord record, StageRecord stage) =>
        stage.Stage == RecordStages.Router && record.Routing.Kind == RecordRoutingKinds.Quantile
            ? $"{BoundKinds.Lower} on 0+…+k from k = {stage.Outcome} on and {BoundKinds.Upper} on 0+…+k before"
                + (record.Kind == CertificateKinds.Dual ? ", of the two nearest k" : "")
            : $"{BoundKinds.Lower} on {stage.Outcome}, {BoundKinds.Upper} on one of the others";

    private static int Others(int count) => Math.Max(1, count - 1);
}
