
using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Http;

/// <summary>
/// Lets in who has a key for what is asked. Without a file of keys everybody is let in: the daemon listens on this
/// machine alone unless told.
/// </summary>
/// <param name="keys">The keys, or null.</param>
/// <param name="log">The daemon's log.</param>
internal sealed class ApiKeyMiddleware(ApiKeyFile? keys, ILogger log)
{
    private const string Bearer = "Bearer ";

    /// <summary>Answers 401 or 403, or goes on.</summary>
    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        Scope needed = context.GetEndpoint()?.Metadata.GetMetadata<NeedsScopeAttribute>()?.Scope ?? Scope.Infer;
        if (keys is null || needed == Scope.None)
            return next(context);
        string? sent = context.Request.Headers.Authorization.ToString();
        if (!sent.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            || keys.Find(sent[Bearer.Length..].Trim(), log) is not { } key)
            return RefuseAsync(
                context, StatusCodes.Status401Unauthorized, "Bearer realm=\"dualrs\"",
                sent.Length == 0 ? "a key is needed: send it as Authorization: Bearer KEY"
                    : "this key is not known here");
        if (!key.Scopes.Contains(needed))
            return RefuseAsync(
                context, StatusCodes.Status403Forbidden,
                $"Bearer realm=\"dualrs\", error=\"insufficient_scope\", scope=\"{NameOf(needed)}\"",
                $"key '{key.Id}' lacks scope {NameOf(needed)}");
        context.Features.Set(key);
        return next(context);
    }

    private static string NameOf(Scope scope) => scope == Scope.Admin ? "admin" : "infer";

    private Task RefuseAsync(HttpContext context, int status, string challenge, string reason)
    {
        log.Refused(status, reason);
        context.Response.Headers.WWWAuthenticate = challenge;
        return Refusal.Of(status, reason).ExecuteAsync(context);
    }
}
