
namespace Router.Experts.Loading;

/// <summary>The cause why a network does not vote that is no fault of it: somebody told it to go.</summary>
public sealed class ExpertWithdrawnException() : Exception(
    "it was unloaded on request: it is asked again once somebody loads it");
