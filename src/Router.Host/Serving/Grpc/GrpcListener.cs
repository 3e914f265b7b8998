using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Connections;
using Router.Host.Serving.Http;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Grpc;

/// <summary>Addresses that answer gRPC alone; no other address does.</summary>
internal sealed class GrpcListener
{
    private static readonly GrpcListener Answers = new();

    /// <summary>Marks the connections of such an address.</summary>
    public static ConnectionDelegate Mark(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Answers);
        return next(connection);
    };

    /// <summary>Whether a request came to one.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<GrpcListener>() is not null;

    /// <summary>Refuses what is not answered where it came, or goes on.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        bool isCall = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;
        return isCall == Is(context)
            ? next(context)
            : (isCall
                ? Refusal.Of(
                    StatusCodes.Status404NotFound, "gRPC is not answered here: ask at one of --grpc-urls")
                : Refusal.Of(
                    StatusCodes.Status405MethodNotAllowed,
                    $"there is no method {Quoted.Cut(context.Request.Path)} here: this address answers gRPC alone "
                    + "(--grpc-urls), and its reflection service describes every method"))
                .ExecuteAsync(context);
    }
}
