using Router.Engine;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Registry.Binding;

/// <summary>Ids that refer to experts, wherever a registry uses them; returned in the expert's own spelling.</summary>
internal static class ExpertNames
{
    public static string? One(Field? field, ValueArray<ExpertConfig> experts)
    {
        if (field?.Text() is not { } written)
            return null;
        foreach (ExpertConfig expert in experts)
            if (expert.Id.Equals(written, StringComparison.OrdinalIgnoreCase))
                return expert.Id;
        // an expert whose own id could not be read is already a fault, and may be the one meant
        if (experts.All(expert => expert.Id.Length > 0))
            (field with { Accepted = Spelling.OneOf(written, Ids(experts)) })
                .Refuse($"is '{written}', which is no expert");
        return null;
    }

    /// <summary>One or more of the experts, none twice.</summary>
    public static ValueArray<string> OneOrMore(Field? field, ValueArray<ExpertConfig> experts)
    {
        if (field?.Node is YamlDotNet.RepresentationModel.YamlSequenceNode { Children.Count: 0 })
            field.Refuse("is empty");
        return Some(field, experts);
    }

    private static ValueArray<string> Some(Field? field, ValueArray<ExpertConfig> experts)
    {
        if (field?.Items("the id of an expert") is not { } items)
            return [];
        List<string> ids = [];
        foreach (Field item in items)
        {
            if (One(item, experts) is not { } id)
                continue;
            if (ids.Contains(id))
                (item with { Accepted = "each expert once" }).Refuse($"repeats '{id}'");
            else
                ids.Add(id);
        }
        return ids.ToValueArray();
    }

    /// <summary>All of the experts, each once.</summary>
    public static ValueArray<string> EachOnce(Field? field, ValueArray<ExpertConfig> experts)
    {
        ValueArray<string> ids = Some(field, experts);
        if (field?.Node is YamlDotNet.RepresentationModel.YamlSequenceNode)
            RefuseMissing(field, ids, Ids(experts));
        return ids;
    }

    public static void RefuseMissing(Field field, IEnumerable<string> named, IReadOnlyList<string> wanted)
    {
        string[] missing = [.. wanted.Except(named)];
        if (missing.Length > 0)
            (field with { Accepted = $"each of {string.Join(", ", wanted)} once" })
                .Refuse($"leaves out {string.Join(", ", missing)}");
    }

    private static string[] Ids(ValueArray<ExpertConfig> experts) =>
        [.. experts.Select(expert => expert.Id).Where(id => id.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
}
