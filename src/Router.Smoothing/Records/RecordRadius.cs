using System.Globalization;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>
/// Computes the radius of a record again, and with it the class and what limits it. Whether anything is proved follows
/// from the counts alone; the radius
/// follows from the bounds as they are stated, which their counts give but for their last digits.
/// </summary>
internal static class RecordRadius
{
    // Of the radius: the last digits of exp and log differ between platforms.
    private const double Agreement = 1e-10;

    // What R is the smallest of: R_a(c), or max(X_j, R_j(c)) of another route.
    private readonly record struct Term(string? Route, double Excluded, double Expert)
    {
        public double Radius => Math.Max(Excluded, Expert);
    }

    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
            if (stage.Stage != RecordStages.Earlier && !IsQuantile(record, stage)
                && !stage.Bounds.Any(bound => bound.Side == BoundKinds.Lower))
                faults.Add($"{stage.Stage} {stage.Id}: no lower bound on its outcome {stage.Outcome}");
        if (faults.Count > 0)
            return;
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture);
        StageRecord? expert = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Expert);
        Func<StageRecord, BoundRecord, Probability> counted = (stage, bound) => RecordBounds.Recompute(
            stage, bound, seed),
            stated = (_, bound) => new(bound.Value, bound.Complement);
        if (record.Kind == CertificateKinds.Cascade)
        {
            RecordCascade.CheckRivals(record, seed, faults);
            if (faults.Count > 0)
                return;
            CascadeTerms terms = TermsOf(record, expert!, stated);
            CheckRadius(record, TermsOf(record, expert!, counted).Radius, terms.Radius, expert, faults);
            if (faults.Count == 0)
                CheckLimit(record, terms, faults);
        }
        else
        {
            Term[] terms = [.. Terms(record, expert, stated)];
            CheckRadius(
                record, RadiusOf([.. Terms(record, expert, counted)], expert), RadiusOf(terms, expert), expert, faults);
            if (faults.Count == 0)
                CheckLimit(record, terms, faults);
        }
    }

    private static void CheckRadius(
        CertificateRecord record, double counted, double stated, StageRecord? expert, List<string> faults)
    {
        string where =
            $"the bounds give radius {(counted > 0 ? stated : 0):R} where routing is by {record.Routing.Named}";
        if (record.Class is null && record.Radius != 0)
            faults.Add($"the record abstains, but claims radius {record.Radius:R}");
        else if (record.Class is null && counted > 0)
            faults.Add($"{where}, the record abstains");
        else if (record.Class is { } named && !(record.Radius > 0))
            faults.Add($"the record answers class {named} with radius {record.Radius:R}: "
                + "a radius of 0 proves nothing, the answer is to abstain");
        else if (record.Class is { } claimed && !(counted > 0))
            faults.Add($"{where}: the answer is to abstain, the record says class {claimed} and {record.Radius:R}");
        else if (record.Class is not null && !(Math.Abs(record.Radius - stated) <= Agreement * stated))
            faults.Add($"{where}, the record says {record.Radius:R}");
        else if (record.Class is { } answered && answered != expert!.Outcome)
            faults.Add($"the record answers class {answered}, but the bounds are on class {expert.Outcome}");
    }

    private static void CheckLimit(CertificateRecord record, Term[] terms, List<string> faults)
    {
        if (!CheckNamed(record, record.Kind == CertificateKinds.Exclusion, faults))
            return;
        double least = terms.Min(term => term.Radius);
        Term[] said = [.. terms.Where(term => record.LimitingStage switch
        {
            RecordStages.Expert => term.Route is null,
            RecordStages.Peer => term.Route is not null && term.Route == record.LimitingRoute
                && AtLeast(term.Expert, term.Excluded),
            _ => term.Route is not null && (record.LimitingRoute ?? term.Route) == term.Route
                && AtLeast(term.Excluded, term.Expert),
        })];
        if (!said.Any(term => AtLeast(least, term.Radius)))
            faults.Add($"the record says that the {Limit(record)} limits the radius, but "
                + string.Join(", ", terms.Select(term => term.Route is null ? $"the class holds to {term.Radius:R}"
                    : $"route {term.Route} is excluded to {term.Excluded:R} and certifies to {term.Expert:R}")));
    }

    private static void CheckLimit(CertificateRecord record, CascadeTerms terms, List<string> faults)
    {
        if (!CheckNamed(record, named: true, faults) || !(record.Radius > 0))
            return;
        double radius = terms.Radius;
        StageRecord? said = record.Stages.FirstOrDefault(stage =>
            stage.Stage == record.LimitingStage && (record.LimitingRoute ?? stage.Id) == stage.Id);
        bool Limits(double term) => AtLeast(term, radius) && AtLeast(radius, term);
        (double answer, double silence) = said is null ? (0, 0) : terms[RecordCascade.PlaceOf(record, said)];
        if (!Limits(answer) && !Limits(silence))
            faults.Add($"the record says that the {Limit(record)} limits the radius, but "
                + string.Join(", ", record.Routing.Mix.Select((member, i) =>
                    $"{member.Id} answers to {terms[i].Answer:R} and is silent to {terms[i].Silence:R}")));
    }

    // Whether a limiting route is named where there is one to name.
    private static bool CheckNamed(CertificateRecord record, bool named, List<string> faults)
    {
        named &= record.LimitingStage != RecordStages.Expert;
        if (named == record.LimitingRoute is not null)
            return true;
        faults.Add($"a certificate of kind {record.Kind} that the {record.LimitingStage} limits "
            + $"{(named ? "names its" : "has no")} limiting route");
        return false;
    }

    private static string Limit(CertificateRecord record) =>
        string.Join(' ', record.LimitingStage, record.LimitingRoute).TrimEnd();

    private static bool AtLeast(double large, double small) => large >= small * (1 - Agreement);

    // Of every stage A_i and S_i; a bound that is not there says nothing (docs/certificates.md, section 5).
    private static CascadeTerms TermsOf(
        CertificateRecord record, StageRecord expert, Func<StageRecord, BoundRecord, Probability> read)
    {
        CascadeTerms terms = new(record.Routing.Cascade, RecordCascade.PlaceOf(record, expert), expert.Outcome);
        foreach (StageRecord stage in record.Stages)
        {
            StageReading bounds = new(stage, read);
            int place = RecordCascade.PlaceOf(record, stage);
            terms.Add(
                place, RecordMembers.Sigma(stage)!.Value, bounds.Chosen, bounds.Rival(record.Routing.Cascade, place));
        }
        return terms;
    }

    // Without the expert nothing is certified, whatever the route.
    private static double RadiusOf(Term[] terms, StageRecord? expert) =>
        expert is null ? 0 : terms.Min(term => term.Radius);

    private static IEnumerable<Term> Terms(
        CertificateRecord record, StageRecord? expert, Func<StageRecord, BoundRecord, Probability> read)
    {
        yield return new(null, 0, expert is null ? double.PositiveInfinity : new StageReading(expert, read).Radius);
        if (record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Router) is not { } router)
            yield break;
        RouteBounds excluded = record.Routing.Rule.Bound(
            record.Kind == CertificateKinds.Dual ? CertificateKind.Dual : CertificateKind.Exclusion,
            router.Outcome, RecordMembers.Sigma(router)!.Value, new StageReading(router, read));
        for (int j = 0; j < record.Routing.Mix.Length; j++)
        {
            string id = record.Routing.Mix[j].Id;
            // A peer that was not asked certifies nothing.
            StageRecord? peer =
                record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Peer && stage.Id == id);
            if (j != router.Outcome)
                yield return new(id, excluded.Radii[j], peer is null ? 0 : new StageReading(peer, read).Radius);
        }
    }

    private static bool IsQuantile(CertificateRecord record, StageRecord stage) =>
        stage.Stage == RecordStages.Router && record.Routing.Kind == RecordRoutingKinds.Quantile;
}
