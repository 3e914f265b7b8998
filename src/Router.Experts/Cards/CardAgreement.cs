using Router.Engine;
using Router.Experts.Registry;

namespace Router.Experts.Cards;

/// <summary>Compares what a registry says of a network with what its card says.</summary>
internal static class CardAgreement
{
    /// <summary>
    /// Everything on which the two differ, at the registry's line; empty where they agree. A σ of its own is allowed an
    /// expert (one checkpoint may serve several) but reported as a warning.
    /// </summary>
    /// <param name="written">The expert or router.</param>
    /// <param name="card">The card of its checkpoint.</param>
    public static ValueArray<RegistryFault> Compare(NetworkConfig written, ModelCard card)
    {
        List<RegistryFault> faults = [];
        if (written.Architecture != card.Architecture)
            faults.Add(Fault("architecture", written.Architecture, card.Architecture));
        if (written.InputLayer != card.InputLayer)
            faults.Add(Fault("input", written.InputLayer, card.InputLayer));
        if (written.Sha256 is { } hash && hash != card.Sha256)
            faults.Add(Fault("sha256", hash, card.Sha256));
        if (written is ExpertConfig { Classes: { } classes } && classes != card.Classes)
            faults.Add(Fault("classes", classes, card.Classes));
        if (written is RouterConfig router && router.Routes.Count != card.Classes)
            faults.Add(Fault("number of routes", router.Routes.Count, card.Classes));
        if (written.Sigma != card.Sigma)
            faults.Add(Fault("sigma", written.Sigma, card.Sigma) with { Level = FaultLevel.Warning });
        return faults.ToValueArray();

        RegistryFault Fault(string key, object here, object there) =>
            written.Fault(written.Id, $"{key} is {here}, but the model card says {there}",
                $"{there}, or a card of another checkpoint");
    }
}
