
namespace Router.Experts.Registry;

/// <summary>When a network comes into memory, and whether it may leave. Its function does not depend on it.</summary>
public enum LoadPolicy
{
    /// <summary>With the registry; it may leave where memory is short.</summary>
    Start,

    /// <summary>
    /// Read and checked with the registry, loaded when it is first asked; it may leave where memory is short.
    /// </summary>
    Lazy,

    /// <summary>With the registry; it stays however short memory is.</summary>
    Pinned,
}
