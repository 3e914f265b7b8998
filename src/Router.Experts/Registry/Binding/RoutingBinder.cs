using Router.Engine;
using Router.Experts.Loading;
using Router.Experts.Registry.Yaml;
using Router.Smoothing;

namespace Router.Experts.Registry.Binding;

/// <summary><c>routing:</c> a kind and what belongs to it.</summary>
internal static class RoutingBinder
{
    public const string Accepted = "{ kind: mostVoted }, { kind: quantile, tau }, { kind: biased, bias }, { kind: "
        + "cascade }, with order and thresholds where wanted, or { kind: fixed, expert }";

    private static readonly string BiasAccepted =
        $"a number from -{RoutingRule.Biased.Most} to {RoutingRule.Biased.Most}";

    /// <summary>Without the section the most voted route is taken; an expert alone answers by itself.</summary>
    public static RoutingConfig Bind(
        Field? field, ValueArray<ExpertConfig> experts, RouterConfig? router, DatasetFacts? dataset)
    {
        if (field is null)
            return router is null && experts.Count == 1 ? new RoutingConfig.Fixed(experts[0].Id)
                : new RoutingConfig.MostVoted();
        if (field.Map("routing") is not { } map)
            return new RoutingConfig.MostVoted();
        RoutingConfig routing = map.Required("kind", "a routing kind")?.Choice(RoutingKinds.All) switch
        {
            RoutingKinds.Quantile => new RoutingConfig.Quantile(
                map.Required("tau", "a decimal above 0 and below 1; 0.5 is the median")?.Decimal(
                    tau => tau is > 0 and < 1) ?? 0.5m),
            RoutingKinds.Biased => new RoutingConfig.Biased(
                Bias(map.Required("bias", $"a mapping from the id of every expert to {BiasAccepted}"),
                    router?.Routes ?? Ids(experts), experts)),
            RoutingKinds.Cascade => Cascade(map, experts, dataset),
            RoutingKinds.Fixed => new RoutingConfig.Fixed(
                ExpertNames.One(map.Required("expert", "the id of an expert"), experts) ?? ""),
            RoutingKinds.MostVoted => new RoutingConfig.MostVoted(),
            _ => Unknown(map),
        };
        if (routing.UsesRouter && map.Optional("mix", "ids of experts, each once") is { } mix)
            routing = routing with { Mix = ExpertNames.OneOrMore(mix, experts) };
        map.Close();
        return routing with { Location = map.Location };
    }

    /// <summary>With an unreadable kind any key of any kind may be right.</summary>
    private static RoutingConfig.MostVoted Unknown(YamlMap map)
    {
        foreach (string key in (ReadOnlySpan<string>)["tau", "bias", "order", "thresholds", "expert", "mix"])
            map.Optional(key, "");
        return new RoutingConfig.MostVoted();
    }

    private static ValueArray<double> Bias(Field? field, ValueArray<string> routes, ValueArray<ExpertConfig> experts)
    {
        if (field?.Map() is not { } map)
            return [];
        Dictionary<string, double> bias = new(StringComparer.Ordinal);
        foreach ((string written, SourceLocation at) in map.Written())
        {
            Field value = map.Optional(written, BiasAccepted)!;
            if (experts.FirstOrDefault(
                expert => expert.Id.Equals(written, StringComparison.OrdinalIgnoreCase)) is not { } expert)
                field.Faults.Add(at, map.Owner, $"bias names '{written}', which is no expert",
                    Spelling.OneOf(written, [.. routes]));
            else if (!bias.TryAdd(expert.Id,
                (double)(value.Decimal(number => RoutingRule.Biased.Allows((double)number)) ?? 0)))
                field.Faults.Add(at, map.Owner, $"bias names {expert.Id} twice", "each expert once");
        }
        ExpertNames.RefuseMissing(field, bias.Keys, routes);
        return routes.Select(route => bias.GetValueOrDefault(route)).ToValueArray();
    }

    // The most noise first, each stage sure of its class by half of the votes: what no other class can have at the same
    // time.
    private static RoutingConfig.Cascade Cascade(
        YamlMap map, ValueArray<ExpertConfig> experts, DatasetFacts? dataset)
    {
        Field? orderField = map.Optional("order", "the ids of at least two experts, first stage first");
        ValueArray<string> order = orderField is null
            ? experts.OrderByDescending(expert => expert.Sigma).Select(expert => expert.Id).ToValueArray()
            : ExpertNames.OneOrMore(orderField, experts);
        int stages = orderField is null ? experts.Count
            : orderField.Node is YamlDotNet.RepresentationModel.YamlSequenceNode list ? list.Children.Count : 0;
        if (stages == 1 && orderField is not null)
            orderField.Refuse("has one stage");
        else if (stages == 1)
            map.Required("kind", "two experts or more for a cascade; one alone is { kind: fixed, expert }")!.Refuse(
                "is 'cascade', but there is one expert");
        Field? field = map.Optional(
            "thresholds", $"for every stage but the last {ThresholdsBinder.Accepted}");
        if (field is null)
            return new RoutingConfig.Cascade(
                order, Enumerable.Repeat<Thresholds>(0.5m, Math.Max(0, order.Count - 1)).ToValueArray());
        Thresholds[] thresholds = [.. field.Items(ThresholdsBinder.Accepted)?.Select(
            item => ThresholdsBinder.Bind(item, dataset)) ?? []];
        if (field.Node is YamlDotNet.RepresentationModel.YamlSequenceNode && stages > 1
            && thresholds.Length != stages - 1)
            field.Refuse($"has {thresholds.Length} items for {stages} stages");
        return new RoutingConfig.Cascade(order, thresholds.ToValueArray());
    }

    private static ValueArray<string> Ids(ValueArray<ExpertConfig> experts) =>
        experts.Select(expert => expert.Id).ToValueArray();
}
