using Router.Votes;

namespace Router.Estimator;

/// <summary>One route of a mix: output k of the router leads to this expert.</summary>
/// <param name="Id">The expert's id in the registry.</param>
/// <param name="Voter">The expert.</param>
public sealed record Route(string Id, IVoter Voter)
{
    /// <summary>θ of the expert, which its votes and its function id have already; to be told.</summary>
    public PassThreshold Pass { get; init; }
}
