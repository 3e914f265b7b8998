using System.Collections.Immutable;
using System.Globalization;

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
        StageEvidence[] asked = [.. new[] { certificate.Route, certificate.Expert }.OfType<StageEvidence>()];
        ulong[] seeds = [.. asked.Select(stage => stage.Stream.Seed).Distinct()];
        if (seeds.Length != 1)
            throw new ArgumentException($"the stages of one certificate share one seed, got {seeds.Length}", nameof(certificate));
        return new()
        {
            Schema = CertificateRecord.CurrentSchema,
            Kind = certificate.Route is null ? CertificateKinds.Single : CertificateKinds.Dual,
            Class = certificate.Class,
            Radius = certificate.Radius,
            LimitingStage = certificate.LimitingStage == Stage.Router ? RecordStages.Router : RecordStages.Expert,
            Input = certificate.InputHash,
            Noise = Noise,
            Seed = new(seeds[0].ToString(CultureInfo.InvariantCulture), SeedOrigin == SeedOrigin.Server ? SeedRecord.Server : SeedRecord.Caller),
            Routing = Routing,
            Alpha = new(certificate.Ledger.Total, [.. certificate.Ledger.Shares.Select(share => new AlphaShareRecord(share.Bound, share.Alpha, share.Count))]),
            Stages = [.. asked.Select(stage => Of(stage, ReferenceEquals(stage, certificate.Route) ? RecordStages.Router : RecordStages.Expert))],
            Versions = Versions,
        };
    }

    private static StageRecord Of(StageEvidence evidence, string stage) => new(
        stage, evidence.Id, evidence.Sigma.ToString(CultureInfo.InvariantCulture), evidence.Stream.Id, evidence.Selected,
        VotesRecord.Of(evidence.Estimation),
        [
            new(BoundKinds.ClopperPearson, BoundKinds.Lower, [evidence.Selected], stage, evidence.Alpha,
                evidence.Estimation.Counts[evidence.Selected], evidence.Estimation.Total, evidence.LowerBound.Value, evidence.LowerBound.Complement),
        ],
        VotesRecord.Of(evidence.Selection));
}
