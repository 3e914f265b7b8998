using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>Computes the radius of a record again from its bounds, and with it the class and what limits it.</summary>
internal static class RecordRadius
{
    // The last digits of exp and log differ between platforms.
    private const double Agreement = 1e-10;

    // What R is the smallest of: R_a(c), or max(X_j, R_j(c)) of another route.
    private readonly record struct Term(string? Route, double Excluded, double Expert)
    {
        public double Radius => Math.Max(Excluded, Expert);
    }

    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
            if (stage.Stage != RecordStages.Earlier && !IsQuantile(record, stage) && stage.Lower() is null)
                faults.Add($"{stage.Stage} {stage.Id}: no lower bound on its outcome {stage.Outcome}");
        if (faults.Count > 0)
            return;
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture);
        StageRecord? expert = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Expert);
        if (record.Kind == CertificateKinds.Cascade)
        {
            CheckCascade(record, expert!, seed, faults);
            return;
        }
        Term[] terms = [.. Terms(record, expert, seed)];
        // Without the expert nothing is certified, whatever the route.
        CheckRadius(record, expert is null ? 0 : terms.Min(term => term.Radius), expert, faults);
        if (faults.Count == 0)
            CheckLimit(record, terms, faults);
    }

    private static void CheckRadius(CertificateRecord record, double radius, StageRecord? expert, List<string> faults)
    {
        if (record.Class is null && record.Radius != 0)
            faults.Add($"the record abstains, but claims radius {record.Radius:R}");
        else if (record.Class is { } named && !(record.Radius > 0))
            faults.Add($"the record answers class {named} with radius {record.Radius:R}: a radius of 0 proves nothing, the answer is to abstain");
        else if (!(Math.Abs(record.Radius - radius) <= Agreement * (1 + radius)))
            faults.Add($"the bounds give radius {radius:R} where routing is by {record.Routing.Named}, the record says {record.Radius:R}");
        else if (record.Class is { } answered && answered != expert!.Outcome)
            faults.Add($"the record answers class {answered}, but the bounds are on class {expert.Outcome}");
    }

    private static void CheckLimit(CertificateRecord record, Term[] terms, List<string> faults)
    {
        bool named = record.Kind == CertificateKinds.Exclusion && record.LimitingStage != RecordStages.Expert;
        if (named != record.LimitingRoute is not null)
            faults.Add($"a certificate of kind {record.Kind} that the {record.LimitingStage} limits {(named ? "names its" : "has no")} limiting route");
        if (faults.Count > 0)
            return;
        double least = terms.Min(term => term.Radius), tolerance = Agreement * (1 + least);
        Term[] said = [.. terms.Where(term => record.LimitingStage switch
        {
            RecordStages.Expert => term.Route is null,
            RecordStages.Peer => term.Route is not null && term.Route == record.LimitingRoute && term.Expert >= term.Excluded - tolerance,
            _ => term.Route is not null && (!named || term.Route == record.LimitingRoute) && term.Excluded >= term.Expert - tolerance,
        })];
        if (!said.Any(term => term.Radius <= least + tolerance))
            faults.Add($"the record says that the {string.Join(' ', record.LimitingStage, record.LimitingRoute).TrimEnd()} limits the radius, but "
                + string.Join(", ", terms.Select(term => term.Route is null ? $"the class holds to {term.Radius:R}"
                    : $"route {term.Route} is excluded to {term.Excluded:R} and certifies to {term.Expert:R}")));
    }

    // Of every stage A_i and S_i; a bound that is not there says nothing (docs/certificates.md, section 5).
    private static void CheckCascade(CertificateRecord record, StageRecord expert, ulong seed, List<string> faults)
    {
        Cascade cascade = record.Routing.Cascade;
        CascadeTerms terms = new(cascade, RecordCascade.PlaceOf(record, expert));
        foreach (StageRecord stage in record.Stages)
        {
            Probability lower = stage.Lower() is null ? Probability.Zero : Chosen(stage, seed);
            Probability upper = stage.Bounds.FirstOrDefault(bound => bound.Side == BoundKinds.Upper) is { } other ? RecordBounds.Recompute(stage, other, seed) : Probability.One;
            terms.Add(RecordCascade.PlaceOf(record, stage), RecordMembers.Sigma(stage)!.Value, lower, upper);
        }
        double radius = terms.Radius, tolerance = Agreement * (1 + radius);
        CheckRadius(record, radius, expert, faults);
        bool named = record.LimitingStage != RecordStages.Expert;
        if (faults.Count == 0 && named != record.LimitingRoute is not null)
            faults.Add($"a certificate of kind {record.Kind} that the {record.LimitingStage} limits {(named ? "names its" : "has no")} limiting route");
        if (faults.Count > 0)
            return;
        StageRecord? said = record.Stages.FirstOrDefault(stage => stage.Stage == record.LimitingStage && (!named || stage.Id == record.LimitingRoute));
        bool limits = said is not null && terms[RecordCascade.PlaceOf(record, said)] is var (answer, silence) && (Math.Abs(answer - radius) <= tolerance || Math.Abs(silence - radius) <= tolerance);
        if (!limits && record.Radius > 0)
            faults.Add($"the record says that the {string.Join(' ', record.LimitingStage, record.LimitingRoute).TrimEnd()} limits the radius, but "
                + string.Join(", ", record.Routing.Mix.Select((member, i) => $"{member.Id} answers to {terms[i].Answer:R} and is silent to {terms[i].Silence:R}")));
    }

    private static IEnumerable<Term> Terms(CertificateRecord record, StageRecord? expert, ulong seed)
    {
        yield return new(null, 0, expert is null ? double.PositiveInfinity : Radius(expert, seed));
        if (record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Router) is not { } router)
            yield break;
        RouteBounds excluded = record.Routing.Rule.Bound(
            record.Kind == CertificateKinds.Dual ? CertificateKind.Dual : CertificateKind.Exclusion,
            router.Outcome, RecordMembers.Sigma(router)!.Value, new RecomputedBounds(router, seed));
        for (int j = 0; j < record.Routing.Mix.Length; j++)
        {
            string id = record.Routing.Mix[j].Id;
            // A peer that was not asked certifies nothing.
            StageRecord? peer = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Peer && stage.Id == id);
            if (j != router.Outcome)
                yield return new(id, excluded.Radii[j], peer is null ? 0 : Radius(peer, seed));
        }
    }

    // A bound that is not there says nothing.
    private sealed class RecomputedBounds(StageRecord stage, ulong seed) : IBounds
    {
        public int OutcomeCount => stage.Estimation.Counts.Length;

        public Probability Lower(string share, params ImmutableArray<int> outcomes) => Value(stage, BoundKinds.Lower, outcomes, seed) ?? Probability.Zero;

        public Probability Upper(string share, params ImmutableArray<int> outcomes) => Value(stage, BoundKinds.Upper, outcomes, seed) ?? Probability.One;
    }

    private static double Radius(StageRecord stage, ulong seed) => Cohen.RadiusOfKnown(
        RecordMembers.Sigma(stage)!.Value, Chosen(stage, seed),
        [
            .. Enumerable.Range(0, stage.Estimation.Counts.Length)
                .Where(outcome => outcome != stage.Outcome).Select(outcome => Value(stage, BoundKinds.Upper, [outcome], seed)),
        ]);

    private static Probability Chosen(StageRecord stage, ulong seed) => RecordBounds.Recompute(stage, stage.Lower()!, seed);

    private static Probability? Value(StageRecord stage, string side, IEnumerable<int> outcomes, ulong seed) =>
        stage.Bound(side, outcomes) is { } bound ? RecordBounds.Recompute(stage, bound, seed) : null;

    private static BoundRecord? Lower(this StageRecord stage) => stage.Bound(BoundKinds.Lower, [stage.Outcome]);

    private static BoundRecord? Bound(this StageRecord stage, string side, IEnumerable<int> outcomes) =>
        stage.Bounds.FirstOrDefault(bound => bound.Side == side && bound.Outcomes.SequenceEqual(outcomes));

    private static bool IsQuantile(CertificateRecord record, StageRecord stage) =>
        stage.Stage == RecordStages.Router && record.Routing.Kind == RecordRoutingKinds.Quantile;
}
