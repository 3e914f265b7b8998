using Grpc.Core;
using Grpc.Core.Interceptors;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Grpc;

/// <summary>Makes everything that goes wrong in a call its status, as <see cref="Faults"/> does over HTTP.</summary>
internal sealed class CallFaults(ServingState state, ILogger log) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await CatchAsync(context, async () => response = await continuation(request, context));
        return response!;
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        CatchAsync(context, () => continuation(request, responseStream, context));

    private async Task CatchAsync(ServerCallContext call, Func<Task> answerAsync)
    {
        // Also at the end of the caller's time.
        call.GetHttpContext().RequestAborted = call.CancellationToken;
        try
        {
            await answerAsync();
        }
        catch (OperationCanceledException)
        {
            if (state.Phase == ServingPhase.Draining)
            {
                log.CutOff();
                throw GrpcRefusal.Exception(call, Refusal.Of(
                    StatusCodes.Status503ServiceUnavailable, "the server is stopping and its drain time was over"));
            }
            log.CallerGone();
            throw new RpcException(new(StatusCode.Cancelled, "the caller is gone"));
        }
        catch (Exception fault) when (fault is not RpcException)
        {
            log.Failed(fault);
            throw GrpcRefusal.Exception(call, Refusal.Of(
                StatusCodes.Status500InternalServerError, "the server failed on this request; its log says why"));
        }
    }
}
