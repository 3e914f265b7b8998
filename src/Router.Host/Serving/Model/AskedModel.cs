using System.Collections.Immutable;
using System.Globalization;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Model;

/// <summary>A model as it is named over HTTP: the deployed classifier, one of its experts, or its router.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is.</param>
internal sealed record AskedModel(string Name, ModelRole Role)
{
    /// <summary>The deployed classifier.</summary>
    public static AskedModel Routed { get; } = new(ServedModel.Name, ModelRole.Routed);

    /// <summary>The number that the registry gives its version; null where it numbers none.</summary>
    public int? Number { get; init; }

    /// <summary>The id of its network: of a version that is not deployed another than its name.</summary>
    public string Id { get; init; } = Name;

    /// <summary>What it runs on, in the protocol's metadata.</summary>
    public string Platform => Role switch
    {
        ModelRole.Expert => "dualrs_expert",
        ModelRole.Router => "dualrs_router",
        _ => "dualrs",
    };

    /// <summary>The only experts that are asked; empty for all. An expert alone is the mix of one.</summary>
    public ImmutableArray<string> Mix => Role == ModelRole.Expert ? [Id] : [];

    /// <summary>Its version over HTTP: its number, or that of the registry that is served.</summary>
    public string VersionIn(ServedModel model) => Number?.ToString(CultureInfo.InvariantCulture) ?? model.Version;

    /// <summary>What it can be asked for, in the order in which it is answered.</summary>
    /// <param name="mode">In a prediction some outputs do not exist; null for all of them.</param>
    public ImmutableArray<AnswerColumn> Outputs(InferMode? mode) =>
        [.. AnswerColumn.Of(Role).Where(column => mode != InferMode.Predict || !column.NeedsCertificate)];

    /// <summary>
    /// Every model of a classifier: it, its router, its experts in the order of the routes, each in all its versions.
    /// </summary>
    public static ImmutableArray<AskedModel> AllOf(ServedModel model) =>
    [
        Routed,
        .. model.Classifier.RouterId is { } router ? [new AskedModel(router, ModelRole.Router)]
            : Array.Empty<AskedModel>(),
        .. model.Classifier.Routes.SelectMany(route => model.NumberedVersions
            .Where(version => version.Name == route.Id)
            .Select(version => new AskedModel(version.Name, ModelRole.Expert)
            {
                Number = version.Number, Id = version.Id,
            })
            .DefaultIfEmpty(new(route.Id, ModelRole.Expert))),
    ];

    /// <summary>A model in all its versions, the one that is deployed last; none where it does not exist.</summary>
    public static ImmutableArray<AskedModel> VersionsOf(ServedModel model, string name) =>
        [.. AllOf(model).Where(known => known.Name == name)];
}

/// <summary>What a model of the daemon is.</summary>
internal enum ModelRole
{
    /// <summary>The classifier that the registry deploys.</summary>
    Routed,

    /// <summary>One expert alone: plain randomized smoothing.</summary>
    Expert,

    /// <summary>The router alone: votes over routes.</summary>
    Router,
}
