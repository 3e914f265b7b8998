using Router.Engine;
using Router.Experts.Registry.Yaml;
using Router.Smoothing;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Binding;

/// <summary><c>certification:</c> confidence and counts, refused where no outcome could certify anything.</summary>
internal static class CertificationBinder
{
    public const string Accepted = "{ failureProbability, selection, estimation, resolution, noise, failover }";
    private const string Whole = "a whole number, 1 or more";

    // What is left must still be a number after shares of shares were taken of it.
    private const decimal MostReserved = 0.99m;

    public static CertificationConfig Bind(Field? field, ValueArray<ExpertConfig> experts, bool routerVotes)
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
            Selection = map.Optional("selection", Whole)?.Integer(count => count >= 1)
                ?? CertificationConfig.DefaultSelection,
            Estimation = estimation?.Integer(count => count >= 1) ?? CertificationConfig.DefaultEstimation,
            Resolution = map.Optional("resolution", "a decimal from 0 on")?.Decimal(value => value >= 0)
                ?? CertificationConfig.DefaultResolution,
            Failover = Failover(failover, alpha, experts),
        };
        // Exact noise on the 8-bit grid is all there is (docs/certificates.md, section 6).
        map.Optional("noise", "a noise kind")?.Choice(["grid"]);
        map.Close();
        decimal whole = certification.FailureProbability;
        RefuseUndecidable(estimation ?? alphaField, certification.Estimation, (double)whole / (routerVotes ? 2 : 1),
            routerVotes ? $"failureProbability {whole}, half of it for the router" : $"failureProbability {whole}");
        if (certification.Failover is FailoverConfig.Reroute { FailureProbability: > 0 and var reserved })
            RefuseUndecidable(failover, certification.Estimation, (double)reserved,
                $"failover's failureProbability {reserved}");
        return certification;
    }

    /// <summary>
    /// With N votes, all for one class, the lower bound is α^(1/N); it certifies only above ½. A router's bound and an
    /// expert's share α, so one of the two has at most half. In double, because half of the smallest decimal is no
    /// decimal.
    /// </summary>
    private static void RefuseUndecidable(Field? field, int estimation, double alpha, string who)
    {
        int least = SampleCounts.FewestThatProve(alpha);
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
            ?.Items("a list of expert ids")?.Select(mix => Mix(mix, experts)).ToValueArray() ?? [];
        map.Close();
        return new FailoverConfig.Reroute(reserved, mixes) { Location = map.Location };
    }

    private static ValueArray<string> Mix(Field mix, ValueArray<ExpertConfig> experts)
    {
        if (mix.Node is YamlSequenceNode { Children.Count: 0 })
            mix.Refuse("is an empty list");
        return ExpertNames.Some(mix, experts);
    }
}
