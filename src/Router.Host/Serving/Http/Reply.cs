using System.Text.Json.Serialization.Metadata;

namespace Router.Host.Serving.Http;

/// <summary>A message of the protocol as an answer.</summary>
internal static class Reply
{
    public static IResult Json<T>(T message, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => TypedResults.Json(message, type, statusCode: status);
}
