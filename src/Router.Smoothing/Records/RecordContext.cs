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
    public ImmutableSortedDictionary<string, string> Versions { get; init; } = ImmutableSortedDictionary<string,
        string>.Empty;

    internal CertificateRecord Of(Certificate certificate)
    {
        (Stage Stage, StageEvidence Evidence)[] stages = [.. certificate.Stages];
        ulong[] seeds = [.. stages.Select(stage => stage.Evidence.Stream.Seed).Distinct()];
        if (seeds.Length != 1)
            throw new ArgumentException(
                $"the stages of one certificate share one seed, got {seeds.Length}", nameof(certificate));
        return new()
        {
            Schema = CertificateRecord.CurrentSchema,
            Kind = CertificateKinds.NameOf(certificate.Kind),
            Class = certificate.Class,
            Radius = certificate.Radius,
            LimitingStage = RecordStages.NameOf(certificate.LimitingStage),
            LimitingRoute = certificate.LimitingRoute,
            Input = certificate.InputHash,
            Noise = Noise,
            Seed = new(seeds[0].ToString(CultureInfo.InvariantCulture), SeedRecord.NameOf(SeedOrigin)),
            Routing = Routing,
            Alpha = new(certificate.Ledger.Total, [.. certificate.Ledger.Shares.Select(
                share => new AlphaShareRecord(share.Bound, share.Alpha, share.Count))]),
            Stages = [.. stages.Select(stage => Of(stage.Stage, stage.Evidence))],
            Versions = Versions,
        };
    }

    private static StageRecord Of(Stage stage, StageEvidence evidence) => new(
        RecordStages.NameOf(stage), evidence.Id, evidence.Sigma.ToString(CultureInfo.InvariantCulture),
        evidence.Stream.Id, evidence.Selected,
        VotesRecord.Of(evidence.Estimation), [.. evidence.Bounds.Select(BoundRecord.Of)],
        stage is Stage.Peer or Stage.Later ? null : VotesRecord.Of(evidence.Selection));
}
