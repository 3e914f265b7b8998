using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>What a record says beyond its certificate.</summary>
public sealed record RecordContext
{
    /// <summary>The deployed classifier.</summary>
    public required RoutingRecord Routing { get; init; }

    /// <summary>Who knew the seed before the input was fixed.</summary>
    public required SeedOrigin SeedOrigin { get; init; }

    /// <summary>The kind of noise.</summary>
    public string Noise { get; init; } = "grid";

    /// <summary>What made the record, by component.</summary>
    public ImmutableSortedDictionary<string, string> Versions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    internal CertificateRecord Of(Certificate certificate)
    {
        (string Stage, StageEvidence? Evidence)[] asked =
        [
            (RecordStages.Router, certificate.Route), (RecordStages.Expert, certificate.Expert),
            .. certificate.Peers.Select(peer => (RecordStages.Peer, (StageEvidence?)peer)),
        ];
        (string Stage, StageEvidence Evidence)[] stages = [.. asked.Where(stage => stage.Evidence is not null).Select(stage => (stage.Stage, stage.Evidence!))];
        ulong[] seeds = [.. stages.Select(stage => stage.Evidence.Stream.Seed).Distinct()];
        if (seeds.Length != 1)
            throw new ArgumentException($"the stages of one certificate share one seed, got {seeds.Length}", nameof(certificate));
        return new()
        {
            Schema = CertificateRecord.CurrentSchema,
            Kind = certificate.Route is null ? CertificateKinds.Single
                : certificate.Kind == CertificateKind.Dual ? CertificateKinds.Dual : CertificateKinds.Exclusion,
            Class = certificate.Class,
            Radius = certificate.Radius,
            LimitingStage = certificate.LimitingStage switch
            {
                Stage.Router => RecordStages.Router,
                Stage.Peer => RecordStages.Peer,
                _ => RecordStages.Expert,
            },
            LimitingRoute = certificate.LimitingRoute,
            Input = certificate.InputHash,
            Noise = Noise,
            Seed = new(seeds[0].ToString(CultureInfo.InvariantCulture), SeedOrigin == SeedOrigin.Server ? SeedRecord.Server : SeedRecord.Caller),
            Routing = Routing,
            Alpha = new(certificate.Ledger.Total, [.. certificate.Ledger.Shares.Select(share => new AlphaShareRecord(share.Bound, share.Alpha, share.Count))]),
            Stages = [.. stages.Select(stage => Of(stage.Stage, stage.Evidence, certificate))],
            Versions = Versions,
        };
    }

    private static StageRecord Of(string stage, StageEvidence evidence, Certificate certificate) => new(
        stage, evidence.Id, evidence.Sigma.ToString(CultureInfo.InvariantCulture), evidence.Stream.Id, evidence.Selected,
        VotesRecord.Of(evidence.Estimation), [.. BoundsOf(stage, evidence, certificate)],
        stage == RecordStages.Peer ? null : VotesRecord.Of(evidence.Selection));

    private static IEnumerable<BoundRecord> BoundsOf(string stage, StageEvidence evidence, Certificate certificate)
    {
        int selected = evidence.Selected, routes = evidence.Estimation.Counts.Length;
        AlphaLedger ledger = certificate.Ledger;
        bool dual = certificate.Kind == CertificateKind.Dual;
        if (stage == RecordStages.Router && certificate.Routing is RoutingRule.Quantile)
        {
            for (int k = 0; k < routes - 1; k++)
                if (!dual || k == selected || k == selected - 1)
                    yield return Bound(evidence, k >= selected, [.. Enumerable.Range(0, k + 1)], stage, ledger);
            yield break;
        }
        yield return Bound(evidence, lower: true, [selected], stage, ledger);
        if (stage == RecordStages.Router && !dual)
            for (int j = 0; j < routes; j++)
                if (j != selected)
                    yield return Bound(evidence, lower: false, [j], AlphaLedger.OtherRoute, ledger);
    }

    private static BoundRecord Bound(StageEvidence evidence, bool lower, ImmutableArray<int> outcomes, string share, AlphaLedger ledger)
    {
        long successes = outcomes.Sum(outcome => evidence.Estimation.Counts[outcome]) + (lower ? 0 : evidence.Estimation.Undecided);
        FixedCountBound bound = new(evidence.Estimation.Total, ledger[share]);
        Probability value = lower ? bound.Lower(successes, bound.Draws) : bound.Upper(successes, bound.Draws);
        return new(
            BoundKinds.ClopperPearson, lower ? BoundKinds.Lower : BoundKinds.Upper, outcomes, share, bound.Alpha, successes, bound.Draws,
            value.Value, value.Complement);
    }
}
