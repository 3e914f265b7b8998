
namespace Router.Host.Serving.Http;

/// <summary>What every answer tells a browser: take it for what it says it is, keep nothing, show it in no frame, run nothing.</summary>
internal static class SecurityHeaders
{
    /// <summary>Of answers that are no pages. A page sets its own before it starts.</summary>
    public const string Policy = "default-src 'none'; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        // Where an answer starts, because a fault clears what was set before.
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = Policy;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
