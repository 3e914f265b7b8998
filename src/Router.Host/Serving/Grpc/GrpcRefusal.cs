using System.Globalization;
using System.Text;
using Grpc.Core;
using Router.Host.Serving.Http;

namespace Router.Host.Serving.Grpc;

/// <summary>What is not answered, as gRPC has it: the words are those of HTTP.</summary>
internal static class GrpcRefusal
{
    /// <summary>Ends a call whose handler was not reached.</summary>
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        Status status = StatusOf(context, refusal);
        HttpResponse response = context.Response;
        (response.StatusCode, response.ContentType) = (StatusCodes.Status200OK, "application/grpc");
        response.Headers.GrpcStatus = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = Encode(status.Detail);
        return Task.CompletedTask;
    }

    /// <summary>Ends a call in its handler where it is refused.</summary>
    public static void ThrowIf(ServerCallContext call, Refusal? refusal)
    {
        if (refusal is not null) throw Exception(call, refusal);
    }

    /// <summary>Ends a call in its handler.</summary>
    public static RpcException Exception(ServerCallContext call, Refusal refusal) =>
        new(StatusOf(call.GetHttpContext(), refusal));

    private static Status StatusOf(HttpContext context, Refusal refusal)
    {
        // The status of HTTP is 200 from here on, and says nothing of what became of it.
        if (context.Features.Get<Outcome>() is null) context.Features.Set(Outcome.Of(refusal.Status));
        return new(
            context.Features.Get<Outcome>() == Outcome.Late ? StatusCode.DeadlineExceeded : CodeOf(refusal.Status),
            refusal.Error);
    }

    private static StatusCode CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => StatusCode.InvalidArgument,
        StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
        StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status405MethodNotAllowed => StatusCode.Unimplemented,
        StatusCodes.Status408RequestTimeout => StatusCode.DeadlineExceeded,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status421MisdirectedRequest => StatusCode.FailedPrecondition,
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        < StatusCodes.Status500InternalServerError => StatusCode.InvalidArgument,
        _ => StatusCode.Internal,
    };

    // Bytes that are no printable ASCII, and %, as %XX of their UTF-8.
    private static string Encode(string text)
    {
        StringBuilder encoded = new();
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
            if (unit is >= 0x20 and <= 0x7e and not (byte)'%') encoded.Append((char)unit);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        return encoded.ToString();
    }
}
