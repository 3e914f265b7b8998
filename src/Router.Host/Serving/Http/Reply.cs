using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Router.Host.Serving.Grpc;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>A message of the protocol as an answer.</summary>
internal static class Reply
{
    public static IResult Json<T>(T message, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(message, type, statusCode: status);
}

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

/// <summary>
/// What is not answered, as <c>{"error": text}</c> with the status that says whose turn it is to change something.
/// </summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Error">What was wrong, and what would be right.</param>
internal sealed record Refusal(int Status, string Error) : IResult
{
    public static Refusal Of(int status, string error) => new(status, error);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => GrpcListener.Is(httpContext)
        ? GrpcRefusal.WriteAsync(httpContext, this)
        : Reply.Json(new ErrorMessage(Error), ProtocolJson.Instance.ErrorMessage, Status).ExecuteAsync(httpContext);

    /// <summary>A model or a version that is not served; null where it is.</summary>
    /// <param name="served">What is served.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="version">Its version; null for the one that is deployed.</param>
    /// <param name="asked">The model.</param>
    public static Refusal? OfModel(ServedModel served, string model, string? version, out AskedModel asked)
    {
        ImmutableArray<AskedModel> versions = AskedModel.VersionsOf(served, model);
        asked = versions.LastOrDefault(known => version is null || known.VersionIn(served) == version)
            ?? AskedModel.Routed;
        if (versions.IsEmpty)
            return Of(
                StatusCodes.Status404NotFound,
                $"there is no model '{Quoted.Cut(model)}': served are "
                + $"{string.Join(", ", AskedModel.AllOf(served).Select(known => known.Name).Distinct())}");
        if (version is not null && asked.VersionIn(served) != version)
            return Of(StatusCodes.Status404NotFound,
                $"model {model} has no version '{Quoted.Cut(version)}': served "
                + $"{(versions.Length == 1 ? "is" : "are")} "
                + string.Join(", ", versions.Select(known => known.VersionIn(served))));
        return null;
    }

    /// <summary>Not now: still loading, or about to stop.</summary>
    public static Refusal OfPhase(ServingPhase phase) => Of(
        StatusCodes.Status503ServiceUnavailable,
        phase == ServingPhase.Draining
            ? "the server is stopping and takes nothing new: ask another"
            : "the server is still loading its networks: ask again once /v2/health/ready answers 200");
}
