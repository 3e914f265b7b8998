using System.Collections.Immutable;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Model;

/// <summary>A model as it is named over HTTP: the deployed classifier, one of its experts, or its router.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">What it is.</param>
internal sealed record AskedModel(string Name, ModelRole Role)
{
    /// <summary>The deployed classifier.</summary>
    public static AskedModel Routed { get; } = new(ServedModel.Name, ModelRole.Routed);

    /// <summary>What it runs on, in the protocol's metadata.</summary>
    public string Platform => Role switch
    {
        ModelRole.Expert => "dualrs_expert",
        ModelRole.Router => "dualrs_router",
        _ => "dualrs",
    };

    /// <summary>The only experts that are asked; empty for all. An expert alone is the mix of one.</summary>
    public ImmutableArray<string> Mix => Role == ModelRole.Expert ? [Name] : [];

    /// <summary>What it can be asked for, in the order in which it is answered.</summary>
    /// <param name="mode">In a prediction some outputs do not exist; null for all of them.</param>
    public ImmutableArray<AnswerColumn> Outputs(InferMode? mode) =>
        [.. AnswerColumn.Of(Role).Where(column => mode != InferMode.Predict || !column.NeedsCertificate)];

    /// <summary>Every model of a classifier: it, its router, its experts in the order of the routes.</summary>
    public static ImmutableArray<AskedModel> AllOf(ServedModel model) =>
    [
        Routed,
        .. model.Classifier.RouterId is { } router ? [new AskedModel(router, ModelRole.Router)]
            : Array.Empty<AskedModel>(),
        .. model.Classifier.Routes.Select(route => new AskedModel(route.Id, ModelRole.Expert)),
    ];

    /// <summary>The model of a name; null where there is none.</summary>
    public static AskedModel? Find(ServedModel model, string name) =>
        AllOf(model).FirstOrDefault(known => known.Name == name);
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
