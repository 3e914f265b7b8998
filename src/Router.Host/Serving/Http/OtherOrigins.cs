
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// A page of another origin can make a browser on this machine send what changes or costs something, without being able
/// to read the answer. Browsers say that they do (Fetch Metadata; before that, Origin), and programs that are no
/// browsers say neither.
/// </summary>
internal static class OtherOrigins
{
    /// <summary>Answers 403, or goes on.</summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || !IsOther(context.Request)
            ? next(context)
            : Refusal.Of(
                StatusCodes.Status403Forbidden,
                $"a page of another origin, {Quoted.Cut(context.Request.Headers.Origin.ToString())}, asks this server: "
                + $"only its own pages may, and programs that are no browsers")
                .ExecuteAsync(context);

    private static bool IsOther(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(), origin = request.Headers.Origin.ToString();
        if (site.Length > 0) return site is not ("same-origin" or "none");
        // The scheme is left out: a proxy may have taken TLS away.
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
            && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }
}
