using Router.Engine;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Registry.Binding;

/// <summary><c>router:</c> a network whose outputs are the experts.</summary>
internal static class RouterBinder
{
    public static RouterConfig? Bind(Field? field, ValueArray<ExpertConfig> experts, BindingContext context)
    {
        if (field?.Map("router") is not { } map)
            return null;
        Field? idField = map.Optional("id", NetworkBinder.IdAccepted);
        string id = NetworkBinder.Id(idField) ?? RouterConfig.DefaultId;
        foreach (ExpertConfig expert in experts)
            if (expert.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
                context.Faults.Add(idField?.Location ?? map.Location, map.Owner,
                    $"the router's id '{id}' is also an expert's", "an id of its own");
        ValueArray<EnsembleMember> members = NetworkBinder.Members(map, context, out bool trust);
        RouterConfig router = new()
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
            Routes = ExpertNames.EachOnce(
                map.Required("routes", "the ids of all experts, in the order of the router's outputs"), experts),
        };
        map.Optional("pass", "no such key here")?.Refuse(
            "belongs to experts: a vote that the router kept back would lead nowhere, so each of its votes counts");
        map.Close();
        return router;
    }

    /// <summary>
    /// The dual radius is at most s·Φ⁻¹(p_a): a router with less noise than an expert hides what that expert could
    /// certify.
    /// </summary>
    public static void WarnOfCap(RouterConfig router, ValueArray<ExpertConfig> experts, FaultList faults)
    {
        ExpertConfig? largest = experts.MaxBy(expert => expert.Sigma);
        if (largest is not null && router.Sigma > 0 && router.Sigma < largest.Sigma)
            faults.Warn(router.Location, "router",
                $"sigma {router.Sigma} is below {largest.Sigma} of {largest.Id} and caps certified radii",
                $"{largest.Sigma} or more");
    }
}
