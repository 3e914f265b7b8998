
namespace Router.Host.Serving.Model;

/// <summary>What a model of the daemon is.</summary>
internal enum ModelRole
{
    /// <summary>The classifier that the registry deploys.</summary>
    Routed,

    /// <summary>One expert alone: plain randomized smoothing.</summary>
    Expert,

    /// <summary>The router alone: votes over routes.</summary>
    Router,
}
