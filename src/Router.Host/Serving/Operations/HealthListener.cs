using Microsoft.AspNetCore.Connections;
using Router.Host.Serving.Http;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Addresses that answer health and metrics alone, with connections of their own: who keeps the others busy keeps
/// nobody from asking how the daemon is.
/// </summary>
internal sealed class HealthListener
{
    /// <summary>Connections at once: who asks there is a handful.</summary>
    public const int Connections = 64;

    /// <summary>Metadata of what is answered there too.</summary>
    public static readonly HealthListener Answers = new();

    /// <summary>Marks the connections of such an address.</summary>
    public static ConnectionDelegate Mark(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Answers);
        return next(connection);
    };

    /// <summary>Whether a request came to one.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<HealthListener>() is not null;

    /// <summary>Answers 404 where more is asked, or goes on.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next) =>
        !Is(context) || context.GetEndpoint()?.Metadata.GetMetadata<HealthListener>() is not null
            ? next(context)
            : Refusal.Of(
                StatusCodes.Status404NotFound,
                "this address answers /v2/health and /metrics alone (--health-urls): ask at one of --urls")
                .ExecuteAsync(context);
}
