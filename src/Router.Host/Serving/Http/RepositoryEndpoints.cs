using System.Text.Json.Serialization.Metadata;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// What models there are, what they take, what they did (Triton's repository, configuration and statistics extensions).
/// </summary>
internal sealed class RepositoryEndpoints(
    ServingState state, ServingLimits limits, BodyMemory memory, ServingMeter meter)
{
    private const string FirstVersion = "1";

    public IResult Metadata(string name, string? version) => Of(
        name, version, (asked, model) => ModelDescriptions.Metadata(asked, model), ProtocolJson.Instance.ModelMetadata);

    public IResult Configuration(string name, string? version) =>
        Of(name, version, (asked, model) => ModelDescriptions.Configuration(asked, model, limits),
            ProtocolJson.Instance.ModelConfiguration);

    public IResult Ready(string name, string? version)
    {
        bool ready = false;
        if (state.TryServe(out ServedModel? model))
        {
            if (Refusal.OfModel(model, name, version, out AskedModel asked) is { } unknown)
                return unknown;
            ready = ModelStates.Answers(asked, model);
        }
        return Reply.Json(
            new(name, ready), ProtocolJson.Instance.ModelReadiness,
            ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    public IResult Statistics(string name, string? version) =>
        Of(name, version, (asked, model) => new Statistics([meter.Models.Of(asked, model.Version)]),
            ProtocolJson.Instance.Statistics);

    public IResult AllStatistics() => state.TryServe(out ServedModel? model)
        ? Reply.Json(new([.. AskedModel.AllOf(model).Select(asked => meter.Models.Of(asked, model.Version))]),
            ProtocolJson.Instance.Statistics)
        : Refusal.OfPhase(state.Phase);

    /// <summary>Before they are loaded the models have no names yet but the one of the whole.</summary>
    public async Task<IResult> IndexAsync(HttpContext context)
    {
        (IndexRequest? body, IResult? refusal) = await OptionalBody.ReadAsync(
            context.Request, limits, memory, ProtocolJson.Instance.IndexRequest, "{ready?} with true or false",
            context.RequestAborted);
        if (refusal is not null)
            return refusal;
        bool readyOnly = body?.Ready ?? false;
        if (state.TryServe(out ServedModel? model))
            return Index([
                .. AskedModel.AllOf(model).Select(asked => ModelStates.Of(asked, model, state.NextHasFaults))
                    .Where(indexed => !readyOnly || indexed.State == ModelStates.Ready),
            ]);
        return Index(readyOnly ? [] :
        [
            state.Phase == ServingPhase.Draining
                ? new(ServedModel.Name, state.Current?.Version ?? FirstVersion, "UNLOADING", "the server is stopping")
                : new(ServedModel.Name, FirstVersion, "LOADING", "its networks are being loaded"),
        ]);
    }

    private IResult Of<T>(string name, string? version, Func<AskedModel, ServedModel, T> describe, JsonTypeInfo<T> type)
    {
        if (!state.TryServe(out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        return Refusal.OfModel(model, name, version, out AskedModel asked) ?? Reply.Json(describe(asked, model), type);
    }

    private static IResult Index(IReadOnlyList<IndexedModel> models) =>
        Reply.Json(models, ProtocolJson.Instance.IReadOnlyListIndexedModel);
}
