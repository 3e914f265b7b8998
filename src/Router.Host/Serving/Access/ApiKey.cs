using System.Collections.Immutable;

namespace Router.Host.Serving.Access;

/// <summary>A key, of which only the hash is kept.</summary>
/// <param name="Id">Its name in the log.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hash">SHA-256 of the key's text.</param>
internal sealed record ApiKey(string Id, ImmutableArray<Scope> Scopes, ImmutableArray<byte> Hash);
