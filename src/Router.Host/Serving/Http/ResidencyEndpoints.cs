using System.Collections.Immutable;
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
internal sealed class ResidencyEndpoints(ServingState state, RequestBodies bodies, ILogger log)
{
    private const string Dependents = "unload_dependents";

    /// <summary>Loads a network in all its versions, of the whole model every one; idempotent.</summary>
    public async Task<IResult> LoadAsync(string name, HttpContext context) =>
        Json(await LoadAsync(name, context, () => ObjectionAsync(context, ObjectionToLoad)));

    /// <inheritdoc cref="LoadAsync(string, HttpContext)"/>
    /// <param name="name">The network's.</param>
    /// <param name="context">Its connection.</param>
    /// <param name="objectionAsync">Reads what else the request says, and tells what speaks against it.</param>
    /// <returns>The network as it is then, or why it is not loaded.</returns>
    public async Task<(IndexedModel? Now, Refusal? Refusal)> LoadAsync(
        string name, HttpContext context, Func<Task<Refusal?>> objectionAsync)
    {
        (ServedModel? model, AskedModel asked, Refusal? refusal) = await FindAsync(name, context, objectionAsync);
        if (model is null)
            return (null, refusal);
        foreach (LoadedNetwork network in asked.Role == ModelRole.Routed ? model.Networks : NetworksOf(model, name))
        {
            try
            {
                await network.LoadAsync(context.RequestAborted);
                log.NetworkLoaded(network.Id);
            }
            catch (VoterUnavailableException fault)
            {
                log.NetworkNotLoaded(network.Id, fault.Message);
                string told = LocalFault.Outwards(
                    fault.Message, network.Config.Members.Select(member => member.CheckpointPath));
                return (null, Refusal.Of(
                    StatusCodes.Status503ServiceUnavailable, $"{network.Id} is not loaded: {told}"));
            }
        }
        return (ModelStates.Of(asked, model, state.NextHasFaults), null);
    }

    /// <summary>
    /// Unloads a network in all its versions once its votes are drawn; idempotent. Nobody may ask it then until it is
    /// loaded, or the registry is loaded again.
    /// </summary>
    public async Task<IResult> UnloadAsync(string name, HttpContext context) =>
        Json(await UnloadAsync(name, context, () => ObjectionAsync(context, ObjectionToUnload)));

    /// <inheritdoc cref="UnloadAsync(string, HttpContext)"/>
    /// <param name="name">The network's.</param>
    /// <param name="context">Its connection.</param>
    /// <param name="objectionAsync">Reads what else the request says, and tells what speaks against it.</param>
    /// <returns>The network as it is then, or why it is not unloaded.</returns>
    public async Task<(IndexedModel? Now, Refusal? Refusal)> UnloadAsync(
        string name, HttpContext context, Func<Task<Refusal?>> objectionAsync)
    {
        (ServedModel? model, AskedModel asked, Refusal? refusal) = await FindAsync(name, context, objectionAsync);
        if (model is null)
            return (null, refusal);
        if (asked.Role == ModelRole.Routed)
            return (null, Refusal.Of(
                StatusCodes.Status400BadRequest,
                $"{name} cannot be unloaded: it is what its networks answer together; unload one of them, or stop the "
                + $"server"));
        ImmutableArray<LoadedNetwork> networks = NetworksOf(model, name);
        if (networks.IsEmpty)
            return (null, Refusal.Of(StatusCodes.Status400BadRequest,
                $"{name} cannot be unloaded: "
                + (model.Remote.ContainsKey(name) ? "it is with the workers of a cluster, which are told to stop there"
                    : "it is no network of a registry")));
        foreach (LoadedNetwork network in networks)
        {
            await network.WithdrawAsync(context.RequestAborted);
            log.NetworkUnloaded(network.Id);
        }
        return (ModelStates.Of(asked, model, state.NextHasFaults), null);
    }

    /// <summary>What speaks against the parameters of a load; null where nothing does.</summary>
    public static Refusal? ObjectionToLoad(IEnumerable<string>? parameters) =>
        Objection("load", parameters, accepted: null);

    /// <summary>What speaks against the parameters of an unload; null where nothing does.</summary>
    public static Refusal? ObjectionToUnload(IEnumerable<string>? parameters) =>
        Objection("unload", parameters, Dependents);

    // What is asked for, and of whom; no model where that is refused.
    private async Task<(ServedModel? Model, AskedModel Asked, Refusal? Refusal)> FindAsync(
        string name, HttpContext context, Func<Task<Refusal?>> objectionAsync)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return (null, AskedModel.Routed, Refusal.OfPhase(state.Phase));
        Refusal? refusal = Refusal.OfModel(model, name, version: null, out AskedModel asked) ?? await objectionAsync();
        return (refusal is null ? model : null, asked, refusal);
    }

    private static ImmutableArray<LoadedNetwork> NetworksOf(ServedModel model, string name) =>
        [.. AskedModel.VersionsOf(model, name).Select(version => model.NetworkOf(version.Id)).OfType<LoadedNetwork>()];

    private static IResult Json((IndexedModel? Now, Refusal? Refusal) told) => told.Refusal is { } refusal
        ? refusal : Reply.Json(told.Now!, ProtocolJson.Instance.IndexedModel);

    private async Task<Refusal?> ObjectionAsync(HttpContext context, Func<IEnumerable<string>?, Refusal?> objection)
    {
        (RepositoryRequest? body, Refusal? refusal) = await OptionalBody.ReadAsync(
            context, bodies, ProtocolJson.Instance.RepositoryRequest, "{parameters?}");
        return refusal ?? objection(body?.Parameters?.Keys);
    }

    // Triton loads a model with another configuration, or other files, where a request names them: that would be
    // another function.
    private static Refusal? Objection(string action, IEnumerable<string>? parameters, string? accepted) =>
        parameters?.FirstOrDefault(key => key != accepted) is { } parameter
            ? Refusal.Of(
                StatusCodes.Status400BadRequest,
                $"{action} takes no parameter '{Quoted.Cut(parameter)}': accepted "
                + $"{(accepted is null ? "are none, the registry says what a network is" : $"is {accepted}")}")
            : null;
}
