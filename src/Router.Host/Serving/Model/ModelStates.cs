using Router.Cluster;
using Router.Experts.Loading;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Model;

/// <summary>
/// Where models are, in the words of the repository extension: who is READY can be asked, in memory or not.
/// </summary>
internal static class ModelStates
{
    /// <summary>The only state in which a model is listed to who asks for those that are ready.</summary>
    public const string Ready = "READY";

    private const string Unavailable = "UNAVAILABLE", Loading = "LOADING", Unloading = "UNLOADING";

    /// <summary>A model as the index has it.</summary>
    /// <param name="asked">The model.</param>
    /// <param name="model">What is served.</param>
    /// <param name="nextHasFaults">Whether another registry was to be served and is not.</param>
    public static IndexedModel Of(AskedModel asked, ServedModel model, bool nextHasFaults)
    {
        (string state, string reason) = StateOf(asked, model);
        // Which ones is for whoever reads the log: they name files of this machine.
        string next = nextHasFaults ? "the next registry has faults, which the log names" : "";
        return new(asked.Name, asked.VersionIn(model), state, reason.Length > 0
            && next.Length > 0 ? $"{reason}; {next}" : reason + next);
    }

    /// <summary>Whether those who ask it are answered, at once or after it was loaded.</summary>
    public static bool Answers(AskedModel asked, ServedModel model) => StateOf(asked, model).State is Ready or Loading;

    private static (string State, string Reason) StateOf(AskedModel asked, ServedModel model)
    {
        if (asked.Role == ModelRole.Routed)
            return model.Impediment is { } impediment ? (Unavailable, impediment) : (Ready, "");
        if (model.Circuits?.Open.Contains(asked.Id, StringComparer.OrdinalIgnoreCase) == true)
            return (Unavailable, "it failed repeatedly and is left alone for a while");
        if (model.Remote.TryGetValue(asked.Id, out RemoteVoter? elsewhere))
            return elsewhere.HasWorkers ? (Ready, "")
                : (Unavailable, "no worker of the cluster has it; who asks waits for one for a while");
        LoadedNetwork? network = model.NetworkOf(asked.Id);
        return network?.Status switch
        {
            null or { State: ExpertState.Ready } => (Ready, ""),
            { State: ExpertState.Loading } => (Loading, "it is being loaded; who asks waits for it"),
            { State: ExpertState.Unloading, IsWithdrawn: true } =>
                (Unloading, "it was unloaded on request and finishes its votes"),
            { State: ExpertState.Unloading } =>
                (Ready, "it makes room for another; it is loaded again when it is asked"),
            { IsWithdrawn: true } => (Unavailable, "it was unloaded on request and is not asked until it is loaded"),
            { Fault: { } fault } => (Unavailable, LocalFault.Outwards(
                fault, network.Config.Members.Select(member => member.CheckpointPath))
                + "; it is tried again when it is asked"),
            _ => (Ready, "it is loaded when it is asked"),
        };
    }
}
