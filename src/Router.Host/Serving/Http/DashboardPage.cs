using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// The dashboard: a page, its style and its scripts, as they are shipped with the program. They say nothing of what is
/// served, so they need no key.
/// </summary>
internal static class DashboardPage
{
    /// <summary>Nothing but files of this daemon, nothing inline, no other host, no frame around it.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Prefix = "dashboard/", First = "index.html";

    private static readonly FrozenDictionary<string,
        PageFile> Files = typeof(DashboardPage).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], PageFile.Read, StringComparer.Ordinal);

    /// <summary>Adds <c>/</c> and the files it loads.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        NeedsScopeAttribute nothing = new(Scope.None);
        app.MapRead("/", (HttpContext context) => Answer(context, First)).WithMetadata(nothing);
        app.MapRead("/dashboard/{file}", (string file, HttpContext context) => Answer(context, file))
            .WithMetadata(nothing);
    }

    private static IResult Answer(HttpContext context, string name)
    {
        if (!Files.TryGetValue(name, out PageFile? file))
            return Refusal.Of(StatusCodes.Status404NotFound, $"the dashboard has no file '{Quoted.Cut(name)}'");
        context.Response.Headers.ContentSecurityPolicy = Policy;
        // The next version of the program is seen at once; the same one is not sent twice.
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(file.Bytes, file.MediaType, entityTag: file.Tag);
    }

    private sealed record PageFile(byte[] Bytes, string MediaType, EntityTagHeaderValue Tag)
    {
        public static PageFile Read(string resource)
        {
            using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            string mediaType = Path.GetExtension(resource) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => "text/javascript; charset=utf-8",
            };
            return new(bytes, mediaType, new($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\""));
        }
    }
}
