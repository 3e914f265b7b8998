using Router.Engine;
using Router.Experts.Loading;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Registry.Binding;

/// <summary><c>none</c>, <c>standardize</c>, <c>{ standardize: { mean, sd } }</c> or <c>{ center: mean }</c>.</summary>
internal static class InputLayerBinder
{
    public const string Accepted = "none, standardize, { standardize: { mean: […], sd: […] } } or { center: […] }";

    public static InputLayer? Bind(Field? field, DatasetFacts? dataset)
    {
        if (field is null)
            return null;
        if (field.Is("none"))
            return new InputLayer.None();
        if (field.Is("standardize"))
            return Standard(field, dataset);
        if (field.Node is not YamlDotNet.RepresentationModel.YamlMappingNode)
        {
            field.Refuse($"is {field.Describe()}");
            return null;
        }
        YamlMap map = field.Map()!;
        Field? standardize = map.Optional("standardize", "{ mean: […], sd: […] }");
        Field? center = map.Optional("center", "a list of means, one per channel");
        map.Close();
        switch (standardize, center)
        {
            case ({ } only, null):
                return Explicit(only, dataset);
            case (null, { } only):
                return Center(only, dataset);
            case ({ }, { }):
                field.Refuse("names two kinds of layer");
                return null;
            default:
                if (!map.Written().Any())
                    field.Refuse("names no kind of layer");
                return null;
        }
    }

    private static InputLayer.Standardize? Standard(Field field, DatasetFacts? dataset)
    {
        if (dataset is { Standard: null })
            (field with { Accepted = "{ standardize: { mean: […], sd: […] } }" })
                .Refuse($"is a bare standardize, and {dataset.Name} has no constants of its own");
        return dataset?.Standard;
    }

    private static InputLayer.Center? Center(Field center, DatasetFacts? dataset) =>
        PerChannel(center, dataset, positive: false) is { } mean ? new InputLayer.Center(mean) : null;

    private static InputLayer.Standardize? Explicit(Field standardize, DatasetFacts? dataset)
    {
        if (standardize.Map() is not { } map)
            return null;
        ValueArray<float>? mean = PerChannel(
            map.Required("mean", "a list of means, one per channel"), dataset, positive: false);
        ValueArray<float>? sd = PerChannel(
            map.Required("sd", "a list of standard deviations above 0, one per channel"), dataset, positive: true);
        map.Close();
        if (mean is not { } means || sd is not { } sds)
            return null;
        if (means.Count == sds.Count)
            return new InputLayer.Standardize(means, sds);
        standardize.Refuse($"has {means.Count} means and {sds.Count} standard deviations");
        return null;
    }

    private static ValueArray<float>? PerChannel(Field? field, DatasetFacts? dataset, bool positive)
    {
        string item = positive ? "a number above 0" : "a number";
        if (field?.Items(item) is not { } items)
            return null;
        float?[] values = [.. items.Select(channel => channel.Single(value => !positive || value > 0))];
        if (dataset is not null ? values.Length != dataset.Channels : values.Length == 0)
        {
            string channels = dataset is null ? "at least one number"
                : $"{dataset.Channels}, the channels of {dataset.Name}";
            (field with { Accepted = channels }).Refuse($"has {values.Length} numbers");
            return null;
        }
        return values.All(value => value is not null) ? values.Select(value => value!.Value).ToValueArray() : null;
    }
}
