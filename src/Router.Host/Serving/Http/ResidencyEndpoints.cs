using Router.Experts.Loading;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;

namespace Router.Host.Serving.Http;

/// <summary>
/// Brings networks into memory and sends them out of it (Triton's repository extension). Which networks there are is
/// the registry's to say, and what they are is part of every certificate: so nothing else about them can be changed.
/// </summary>
internal sealed class ResidencyEndpoints(ServingState state, ServingLimits limits, BodyMemory memory, ILogger log)
{
    private const string Dependents = "unload_dependents";

    /// <summary>Loads a network, of the whole model all of them; idempotent.</summary>
    public async Task<IResult> LoadAsync(string name, HttpContext context)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        if ((Refusal.OfModel(model, name, version: null, out AskedModel asked)
            ?? await ObjectionAsync(context, "load", accepted: null)) is { } refusal)
            return refusal;
        Expert[] networks = [.. model.Networks.Where(network => asked.Role == ModelRole.Routed || network.Id == name)];
        foreach (Expert network in networks)
        {
            try
            {
                await network.LoadAsync(context.RequestAborted);
                log.NetworkLoaded(network.Id);
            }
            catch (VoterUnavailableException fault)
            {
                log.NetworkNotLoaded(network.Id, fault.Message);
                return Refusal.Of(StatusCodes.Status503ServiceUnavailable,
                    $"{network.Id} is not loaded: {fault.Message}");
            }
        }
        return Now(asked, model);
    }

    /// <summary>
    /// Unloads a network once its votes are drawn; idempotent. Nobody may ask it then until it is loaded, or the
    /// registry is loaded again.
    /// </summary>
    public async Task<IResult> UnloadAsync(string name, HttpContext context)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        if ((Refusal.OfModel(model, name, version: null, out AskedModel asked)
            ?? await ObjectionAsync(context, "unload", Dependents)) is { } refusal)
            return refusal;
        if (asked.Role == ModelRole.Routed)
            return Refusal.Of(
                StatusCodes.Status400BadRequest,
                $"{name} cannot be unloaded: it is what its networks answer together; unload one of them, or stop the "
                + $"server");
        if (model.NetworkOf(name) is not { } network)
            return Refusal.Of(StatusCodes.Status400BadRequest,
                $"{name} cannot be unloaded: it is no network of a registry");
        await network.WithdrawAsync(context.RequestAborted);
        log.NetworkUnloaded(network.Id);
        return Now(asked, model);
    }

    private IResult Now(AskedModel asked, ServedModel model) =>
        Reply.Json(ModelStates.Of(asked, model, state.NextHasFaults), ProtocolJson.Instance.IndexedModel);

    // Triton loads a model with another configuration, or other files, where a request names them: that would be
    // another function.
    private async Task<IResult?> ObjectionAsync(HttpContext context, string action, string? accepted)
    {
        (RepositoryRequest? body, IResult? refusal) = await OptionalBody.ReadAsync(
            context.Request, limits, memory, ProtocolJson.Instance.RepositoryRequest, "{parameters?}",
            context.RequestAborted);
        return refusal ?? (body?.Parameters?.Keys.FirstOrDefault(key => key != accepted) is { } parameter
            ? Refusal.Of(
                StatusCodes.Status400BadRequest,
                $"{action} takes no parameter '{Quoted.Cut(parameter)}': accepted "
                + $"{(accepted is null ? "are none, the registry says what a network is" : $"is {accepted}")}")
            : null);
    }
}
