using System.Collections.Immutable;
using System.Net;
using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Http;

/// <summary>A key, of which only the hash is kept.</summary>
/// <param name="Id">Its name in the log.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hash">SHA-256 of the key's text.</param>
/// <param name="Terms">How many samples it may draw; null for as many as it likes.</param>
internal sealed record ApiKey(string Id, ImmutableArray<Scope> Scopes, ImmutableArray<byte> Hash, AllowanceTerms? Terms)
{
    /// <summary>Whose a request is: its key's; where none is needed, its address's.</summary>
    public static string PartyOf(HttpContext context) =>
        context.Features.Get<ApiKey>()?.Id
            ?? $"{ConnectionGate.PartyOf(context.Connection.RemoteIpAddress ?? IPAddress.None)}";
}

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
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class NeedsScopeAttribute(Scope scope) : Attribute
{
    /// <summary>What it needs.</summary>
    public Scope Scope => scope;
}
