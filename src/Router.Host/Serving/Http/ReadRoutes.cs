
namespace Router.Host.Serving.Http;

/// <summary>
/// Addresses that are read: GET, and HEAD for the same status and headers without the body (RFC 9110, section 9.1:
/// whoever answers one answers the other).
/// </summary>
internal static class ReadRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder app, string pattern, Delegate handler) =>
        app.MapMethods(pattern, Methods, handler);
}
