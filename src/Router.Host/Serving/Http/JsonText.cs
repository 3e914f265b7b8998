using System.Text;
using System.Text.Json.Nodes;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>A JSON object as an answer, on one line.</summary>
internal sealed class JsonText(JsonObject value) : IResult
{
    public static string Write(JsonObject value) => value.ToJsonString(ProtocolJson.Instance.Options);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        return httpContext.Response.WriteAsync(Write(value), Encoding.UTF8, httpContext.RequestAborted);
    }
}
