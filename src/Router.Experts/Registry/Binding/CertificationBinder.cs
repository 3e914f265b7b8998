using System.Collections.Immutable;
using Router.Engine;
using Router.Experts.Registry.Yaml;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Binding;

/// <summary><c>certification:</c> confidence and counts, refused where no outcome could certify anything.</summary>
internal static class CertificationBinder
{
    public const string Accepted = "{ failureProbability, selection, estimation, resolution, noise, failover }";
    private const string Whole = "a whole number, 1 to 1000000000";

    // What is left must still be a number after shares of shares were taken of it.
    private const decimal MostReserved = 0.99m;

    public static CertificationConfig Bind(
        Field? field, ValueArray<ExpertConfig> experts, RoutingConfig routing, bool hasRouter)
    {
        if (field?.Map("certification") is not { } map)
            return new CertificationConfig();
        Field? alphaField = map.Optional("failureProbability", "a decimal above 0, at most 0.5");
        Field? estimation = map.Optional("estimation", Whole);
        Field? failover = map.Optional("failover", "refuse, or { kind: reroute, failureProbability }");
        decimal? alpha = alphaField?.Decimal(value => value is > 0 and <= 0.5m);
        CertificationConfig certification = new()
        {
            Location = map.Location,
            FailureProbability = alpha ?? CertificationConfig.DefaultFailureProbability,
            Selection = map.Optional("selection", Whole)?.Integer(IsCount)
                ?? CertificationConfig.DefaultSelection,
            Estimation = estimation?.Integer(IsCount) ?? CertificationConfig.DefaultEstimation,
            Resolution = map.Optional("resolution", "a decimal from 0 on")?.Decimal(value => value >= 0)
                ?? CertificationConfig.DefaultResolution,
            Failover = Failover(failover, alpha, experts),
        };
        // Exact noise on the 8-bit grid is all there is (docs/certificates.md, section 6).
        map.Optional("noise", "a noise kind")?.Choice(["grid"]);
        map.Close();
        decimal whole = certification.FailureProbability;
        // A router's bound and an expert's share α, so one of the two has at most half. In double, because half of the
        // smallest decimal is no decimal.
        bool routerVotes = routing.UsesRouter && hasRouter;
        RefuseUndecidable(estimation ?? alphaField, certification.Estimation,
            CascadeOf(routing, experts) is { } cascade
                ? CascadeTerms.FewestThatProve(
                    cascade.Stages, cascade.Sigmas, certification.Estimation, cascade.Stages.Split((double)whole))
                : SampleCounts.FewestThatProve((double)whole / (routerVotes ? 2 : 1)),
            routerVotes ? $"failureProbability {whole}, half of it for the router" : $"failureProbability {whole}");
        if (certification.Failover is FailoverConfig.Reroute { FailureProbability: > 0 and var reserved })
            RefuseUndecidable(failover, certification.Estimation, SampleCounts.FewestThatProve((double)reserved),
                $"failover's failureProbability {reserved}");
        return certification;
    }

    private static bool IsCount(int count) => count is >= 1 and <= (int)ClopperPearson.MaxDraws;

    // The stages of a cascade; null where it is something else, or nothing that could be asked.
    private static (Cascade Stages, ImmutableArray<decimal> Sigmas)? CascadeOf(
        RoutingConfig routing, ValueArray<ExpertConfig> experts)
    {
        if (routing is not RoutingConfig.Cascade { Thresholds.Count: > 0 } cascade) return null;
        decimal[] sigmas = [.. cascade.Order.Select(id =>
            experts.FirstOrDefault(expert => expert.Id.Equals(id, StringComparison.OrdinalIgnoreCase))?.Sigma ?? 0)];
        return sigmas.Length == cascade.Thresholds.Count + 1 && sigmas.All(sigma => sigma > 0)
            ? (new([.. cascade.Thresholds]), [.. sigmas]) : null;
    }

    private static void RefuseUndecidable(Field? field, int estimation, int least, string who)
    {
        if (field is not null && estimation < least)
            (field with { Key = "estimation",
                Accepted = $"an estimation of at least {least}, or a larger failureProbability" })
                .Refuse($"of {estimation} can never decide at {who}");
    }

    private static FailoverConfig Failover(Field? field, decimal? alpha, ValueArray<ExpertConfig> experts)
    {
        if (field is null || field.Is("refuse"))
            return new FailoverConfig.Refuse();
        if (field.Node is not YamlMappingNode)
        {
            field.Refuse($"is {field.Describe()}");
            return new FailoverConfig.Refuse();
        }
        YamlMap map = field.Map()!;
        map.Required("kind", "reroute")?.Choice(["reroute"]);
        decimal whole = alpha ?? CertificationConfig.DefaultFailureProbability;
        decimal reserved = map.Required("failureProbability",
            $"a decimal above 0 and at most 99 % of the whole failureProbability, {whole}")
            ?.Decimal(value => value > 0 && value < whole && value <= MostReserved * whole) ?? 0;
        ValueArray<ValueArray<string>> mixes = map.Optional("mixes", "a list of lists of expert ids")
            ?.Items("a list of expert ids")?.Select(mix => ExpertNames.OneOrMore(mix, experts)).ToValueArray() ?? [];
        map.Close();
        return new FailoverConfig.Reroute(reserved, mixes) { Location = map.Location };
    }
}
