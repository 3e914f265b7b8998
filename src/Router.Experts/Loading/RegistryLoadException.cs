using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>Networks of a registry could not be built; every one of them is named.</summary>
/// <param name="faults">What is wrong with each.</param>
public sealed class RegistryLoadException(IReadOnlyList<RegistryFault> faults) : Exception(string.Join('\n', faults))
{
    /// <summary>Every fault.</summary>
    public IReadOnlyList<RegistryFault> Faults => faults;
}
