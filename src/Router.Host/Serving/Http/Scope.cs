
namespace Router.Host.Serving.Http;

/// <summary>What a key may do.</summary>
internal enum Scope
{
    /// <summary>No key is needed: health.</summary>
    None,

    /// <summary>Ask models, and about them.</summary>
    Infer,

    /// <summary>Change what is served.</summary>
    Admin,
}

/// <summary>What an address needs; <see cref="Scope.Infer"/> where it does not say.</summary>
internal sealed record NeedsScope(Scope Scope);
