using System.Globalization;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>Computes the radius of a record again from its bounds, and with it the class and what limits it.</summary>
internal static class RecordRadius
{
    private const double Agreement = 1e-10;

    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
            if (Bound(stage, BoundKinds.Lower, stage.Outcome) is null)
                faults.Add($"{stage.Stage} {stage.Id}: no lower bound on its outcome {stage.Outcome}");
        if (faults.Count > 0)
            return;
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture);
        StageRecord? router = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Router);
        StageRecord? expert = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Expert);
        double own = expert is null ? 0 : Radius(expert, seed);
        double route = router is null ? double.PositiveInfinity
            : record.Kind == CertificateKinds.Dual ? Radius(router, seed)
            : RouteRadius(record, router, seed);
        Check(record, Math.Min(own, route), expert, faults);
        double tolerance = Agreement * (1 + own);
        bool byRouter = expert is null || route < own;
        if (faults.Count == 0 && Math.Abs(own - route) > tolerance && byRouter != (record.LimitingStage == RecordStages.Router))
            faults.Add($"the record says that the {record.LimitingStage} limits the radius, "
                + $"but the route holds to {route:R} and the class to {own:R}");
    }

    private static void Check(CertificateRecord record, double radius, StageRecord? expert, List<string> faults)
    {
        if (record.Class is null && record.Radius != 0)
            faults.Add($"the record abstains, but claims radius {record.Radius:R}");
        else if (record.Class is { } named && !(record.Radius > 0))
            faults.Add($"the record answers class {named} with radius {record.Radius:R}: a radius of 0 proves nothing, the answer is to abstain");
        else if (!(Math.Abs(record.Radius - radius) <= Agreement * (1 + radius)))
            faults.Add($"the bounds give radius {radius:R}, the record says {record.Radius:R}");
        else if (record.Class is { } answered && answered != expert!.Outcome)
            faults.Add($"the record answers class {answered}, but the bounds are on class {expert.Outcome}");
    }

    // Two-sided where every other outcome was bounded above, σΦ⁻¹(p) otherwise.
    private static double Radius(StageRecord stage, ulong seed)
    {
        Probability lower = Value(stage, Bound(stage, BoundKinds.Lower, stage.Outcome)!, seed);
        int[] others = [.. Enumerable.Range(0, stage.Estimation.Counts.Length).Where(outcome => outcome != stage.Outcome)];
        decimal sigma = RecordMembers.Sigma(stage)!.Value;
        return others.Length > 0 && others.All(outcome => Bound(stage, BoundKinds.Upper, outcome) is not null)
            ? TwoSided.Radius(sigma, lower, others.Select(outcome => AtMost(stage, outcome, lower, seed)).Aggregate(Probability.Max))
            : Cohen.Radius(sigma, lower);
    }

    // min over j ≠ a of max(X_j, R_j(c)) (docs/certificates.md, section 2); a peer that was not asked certifies nothing.
    private static double RouteRadius(CertificateRecord record, StageRecord router, ulong seed)
    {
        Probability lower = Value(router, Bound(router, BoundKinds.Lower, router.Outcome)!, seed);
        decimal sigma = RecordMembers.Sigma(router)!.Value;
        double radius = double.PositiveInfinity;
        for (int route = 0; route < record.Routing.Mix.Length; route++)
        {
            if (route == router.Outcome)
                continue;
            StageRecord? peer = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Peer && stage.Id == record.Routing.Mix[route].Id);
            double excluded = TwoSided.Radius(sigma, lower, AtMost(router, route, lower, seed));
            radius = Math.Min(radius, Math.Max(excluded, peer is null ? 0 : Radius(peer, seed)));
        }
        return radius;
    }

    // min(U_j, 1 − p_a)
    private static Probability AtMost(StageRecord stage, int outcome, Probability lower, ulong seed) =>
        Bound(stage, BoundKinds.Upper, outcome) is { } upper ? Probability.Min(Value(stage, upper, seed), lower.Opposite) : lower.Opposite;

    private static Probability Value(StageRecord stage, BoundRecord bound, ulong seed) => RecordBounds.Recompute(stage, bound, seed);

    private static BoundRecord? Bound(StageRecord stage, string side, int outcome) =>
        stage.Bounds.FirstOrDefault(bound => bound.Side == side && bound.Outcomes is [var only] && only == outcome);
}
