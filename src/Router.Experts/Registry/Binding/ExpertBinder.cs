using Router.Engine;
using Router.Experts.Registry.Yaml;
using Router.Votes;

namespace Router.Experts.Registry.Binding;

/// <summary><c>experts:</c> a list with unique ids.</summary>
internal static class ExpertBinder
{
    /// <param name="field">The list.</param>
    /// <param name="context">Receives the files that are named.</param>
    /// <param name="otherVersions">Versions that are not deployed.</param>
    /// <returns>The experts; of one with versions the one that is deployed.</returns>
    public static ValueArray<ExpertConfig> Bind(
        Field? field, BindingContext context, out ValueArray<ExpertConfig> otherVersions)
    {
        const string Accepted = "{ id, sigma, architecture, checkpoint, input }";
        otherVersions = [];
        if (field?.Items(Accepted) is not { } items)
            return [];
        if (items.Count == 0)
            field.Refuse("is an empty list");
        List<ExpertConfig> experts = [], others = [];
        foreach (Field item in items)
        {
            if (item.Map(item.Key) is not { } map)
                continue;
            string? id = NetworkBinder.Id(map.Required("id", NetworkBinder.IdAccepted));
            map.Owner = id ?? map.Owner;
            ExpertConfig[] versions = ExpertVersions.Of(map) is { Length: > 0 } written
                ? [.. written.Select(version => Bind(version.Map, id ?? "", context) with { Version = version.Number })]
                : [Bind(map, id ?? "", context)];
            ExpertConfig expert = versions[^1];
            others.AddRange(versions.SkipLast(1).Select(
                version => version with { Id = $"{version.Id}{ExpertConfig.VersionMark}{version.Version}" }));
            ExpertConfig? first = experts.Find(
                other => expert.Id.Length > 0 && other.Id.Equals(expert.Id, StringComparison.OrdinalIgnoreCase));
            if (first is not null)
                map.Optional("id", "an id that no other expert has in any case")!.Refuse(
                    $"repeats that of line {first.Location.Line}");
            experts.Add(expert);
        }
        otherVersions = others.ToValueArray();
        return experts.ToValueArray();
    }

    private static ExpertConfig Bind(YamlMap map, string id, BindingContext context)
    {
        ValueArray<EnsembleMember> members = NetworkBinder.Members(map, context, out bool trust);
        ExpertConfig expert = new()
        {
            Location = map.Location,
            Id = id,
            Sigma = NetworkBinder.Sigma(map),
            Architecture = members[0].Architecture,
            CheckpointPath = members[0].CheckpointPath,
            InputLayer = NetworkBinder.Input(map, context),
            Sha256 = members[0].Sha256,
            Others = members.Skip(1).ToValueArray(),
            Mirror = NetworkBinder.Mirror(map),
            Trust = trust,
            CardPath = NetworkBinder.Card(map, context),
            Load = NetworkBinder.Load(map),
            Classes = Classes(map, context),
            Pass = Pass(map),
        };
        map.Close();
        return expert;
    }

    private static PassThreshold Pass(YamlMap map) =>
        map.Optional("pass", PassThreshold.Accepted)?.Decimal(theta => PassThreshold.Objection(theta) is null) is
            { } theta
            ? PassThreshold.At(theta)
            : default;

    /// <summary>
    /// Experts that disagree on what class 3 means cannot certify one answer, so the number must be the data set's.
    /// </summary>
    private static int? Classes(YamlMap map, BindingContext context)
    {
        Field? field = map.Optional("classes", "a whole number, 2 or more");
        int? classes = field?.Integer(count => count >= 2);
        if (classes is not null && context.Dataset is { } dataset && classes != dataset.Classes)
            (field! with { Accepted = $"{dataset.Classes}, the classes of {dataset.Name}" }).Refuse($"is {classes}");
        return classes;
    }
}
