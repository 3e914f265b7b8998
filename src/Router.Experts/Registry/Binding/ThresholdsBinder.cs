using System.Collections.Immutable;
using Router.Experts.Loading;
using Router.Experts.Registry.Yaml;
using Router.Smoothing;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Binding;

/// <summary>
/// τ of a cascade's stage: a number, or a mapping from classes to numbers with a <c>default</c> for all others.
/// </summary>
internal static class ThresholdsBinder
{
    public const string Accepted = "a decimal above 0 and below 1, or { default: …, CLASS: … } of such";

    private const string Default = "default", Number = "a decimal above 0 and below 1";
    private const decimal Half = 0.5m;

    /// <summary>The thresholds of a stage; one half for what could not be read.</summary>
    /// <param name="stage">An item of the list of thresholds.</param>
    /// <param name="dataset">Whose classes; null where the registry names none that is known.</param>
    public static Thresholds Bind(Field stage, DatasetFacts? dataset)
    {
        if (stage.Node is not YamlMappingNode)
            return (stage with { Accepted = stage.Node is YamlScalarNode ? Number : Accepted })
                .Decimal(Thresholds.Allows) ?? Half;
        YamlMap map = stage.Map("routing")!;
        ImmutableArray<string> classes = dataset?.ClassNames ?? [];
        decimal all = map.Optional(Default, Number)?.Decimal(Thresholds.Allows) ?? Half;
        decimal[] numbers = [.. classes.Select(_ => all)];
        foreach ((string written, SourceLocation at) in map.Written().Where(key => key.Key != Default))
        {
            Field value = map.Optional(written, Number)!;
            decimal tau = (value with { Key = $"{stage.Key}.{written}" }).Decimal(Thresholds.Allows) ?? Half;
            if (classes.IndexOf(written) is >= 0 and var label)
                numbers[label] = tau;
            else if (dataset is not null)
                stage.Faults.Add(at, map.Owner, $"{stage.Key} names '{written}', which is no class of {dataset.Name}",
                    Spelling.OneOf(written, [Default, .. classes]));
        }
        if (!map.Written().Any())
            (stage with { Accepted = Accepted }).Refuse("names no class");
        return numbers.Length == 0 ? all : new Thresholds([.. numbers]);
    }
}
