using System.Text.Json.Serialization.Metadata;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// What models there are, what they take, what they did (Triton's repository, configuration and statistics extensions),
/// and pictures to try them with.
/// </summary>
internal sealed class RepositoryEndpoints(
    ServingState state, ServingLimits limits, RequestBodies bodies, ServingMeter meter)
{
    private const string FirstVersion = "1";

    public IResult Metadata(string name, string? version) =>
        Json(MetadataOf(name, version), ProtocolJson.Instance.ModelMetadata);

    public (ModelMetadata? Metadata, Refusal? Refusal) MetadataOf(string name, string? version) =>
        Of(name, version, ModelDescriptions.Metadata);

    public IResult Configuration(string name, string? version) =>
        Json(Of(name, version, (asked, model) => ModelDescriptions.Configuration(asked, model, limits)),
            ProtocolJson.Instance.ModelConfiguration);

    public IResult Ready(string name, string? version)
    {
        (bool ready, Refusal? refusal) = IsReady(name, version);
        return refusal is not null ? refusal : Reply.Json(
            new(name, ready), ProtocolJson.Instance.ModelReadiness,
            ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Before they are loaded no model is ready, whatever its name.</summary>
    public (bool IsReady, Refusal? Refusal) IsReady(string name, string? version)
    {
        if (!state.TryServe(out ServedModel? model))
            return (false, null);
        return Refusal.OfModel(model, name, version, out AskedModel asked) is { } unknown
            ? (false, unknown) : (ModelStates.Answers(asked, model), null);
    }

    public IResult Statistics(string? name, string? version) =>
        Json(StatisticsOf(name, version), ProtocolJson.Instance.Statistics);

    /// <summary>The statistics of a model; of all where it has no name.</summary>
    public (Statistics? Statistics, Refusal? Refusal) StatisticsOf(string? name, string? version)
    {
        if (name is not null)
            return Of(name, version, (asked, model) => new Statistics([Counts(asked, model)]));
        return state.TryServe(out ServedModel? model)
            ? (new([.. AskedModel.AllOf(model).Select(asked => Counts(asked, model))]), null)
            : (null, Refusal.OfPhase(state.Phase));

        ModelCounts Counts(AskedModel asked, ServedModel model) => meter.Models.Of(asked, asked.VersionIn(model));
    }

    public async Task<IResult> IndexAsync(HttpContext context)
    {
        (IndexRequest? body, Refusal? refusal) = await OptionalBody.ReadAsync(
            context, bodies, ProtocolJson.Instance.IndexRequest, "{ready?} with true or false");
        return refusal is not null ? refusal
            : Reply.Json(Indexed(body?.Ready ?? false), ProtocolJson.Instance.IReadOnlyListIndexedModel);
    }

    /// <summary>Pictures to try the whole with.</summary>
    public IResult Samples() => state.TryServe(out ServedModel? model)
        ? Reply.Json(model.Samples.Value, ProtocolJson.Instance.IReadOnlyListSamplePicture)
        : Refusal.OfPhase(state.Phase);

    /// <summary>Before they are loaded the models have no names yet but the one of the whole.</summary>
    /// <param name="readyOnly">Whether only those are listed that are ready.</param>
    public IReadOnlyList<IndexedModel> Indexed(bool readyOnly)
    {
        if (state.TryServe(out ServedModel? model))
            return
            [
                .. AskedModel.AllOf(model).Select(asked => ModelStates.Of(asked, model, state.NextHasFaults))
                    .Where(indexed => !readyOnly || indexed.State == ModelStates.Ready),
            ];
        return readyOnly ? [] :
        [
            state.Phase == ServingPhase.Draining
                ? new(ServedModel.Name, state.Current?.Version ?? FirstVersion, "UNLOADING", "the server is stopping")
                : new(ServedModel.Name, FirstVersion, "LOADING", "its networks are being loaded"),
        ];
    }

    private (T? Description, Refusal? Refusal) Of<T>(
        string name, string? version, Func<AskedModel, ServedModel, T> describe)
        where T : class
    {
        if (!state.TryServe(out ServedModel? model))
            return (null, Refusal.OfPhase(state.Phase));
        return Refusal.OfModel(model, name, version, out AskedModel asked) is { } unknown
            ? (null, unknown) : (describe(asked, model), null);
    }

    private static IResult Json<T>((T? Description, Refusal? Refusal) told, JsonTypeInfo<T> type)
        where T : class => told.Refusal is { } refusal ? refusal : Reply.Json(told.Description!, type);
}
