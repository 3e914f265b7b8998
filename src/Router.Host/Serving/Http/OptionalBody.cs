using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>A small JSON body that may as well be empty, as Triton's repository takes them.</summary>
internal static class OptionalBody
{
    /// <summary>Reads one.</summary>
    /// <param name="context">Its request.</param>
    /// <param name="bodies">Reads bodies.</param>
    /// <param name="type">What it is where there is one.</param>
    /// <param name="expected">What it should be, for who sent something else.</param>
    /// <returns>The body, null where it is empty; or why it is refused.</returns>
    public static async Task<(T? Body, Refusal? Refusal)> ReadAsync<T>(
        HttpContext context, RequestBodies bodies, JsonTypeInfo<T> type, string expected)
        where T : class
    {
        using BodyReading body = await bodies.ReadAsync(context);
        if (body.Fault is { } fault)
            return (null, Refusal.Of(body.Status, fault));
        if (JsonTokens.Fault(body.Bytes.Span) is { } unreadable)
            return (null, Refusal.Of(StatusCodes.Status400BadRequest, unreadable));
        try
        {
            return (body.Bytes.IsEmpty ? null : JsonSerializer.Deserialize(body.Bytes.Span, type), null);
        }
        catch (JsonException)
        {
            return (null, Refusal.Of(
                StatusCodes.Status400BadRequest, $"the body is not an object {expected}: it may also be empty"));
        }
    }
}
