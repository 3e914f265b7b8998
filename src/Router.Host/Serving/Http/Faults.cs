
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>The one place where what went wrong becomes an answer: always a body, never a stack trace.</summary>
internal sealed class Faults(ServingState state, ServingLimits limits, ILogger log)
{
    /// <summary>Runs a request and catches what it throws.</summary>
    public async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException)
        {
            if (state.Phase == ServingPhase.Draining) log.CutOff();
            else log.CallerGone();
            context.Abort();
        }
        catch (IOException fault) when (
            fault is not BadHttpRequestException && context.RequestAborted.IsCancellationRequested)
        {
            log.CallerGone();
            context.Abort();
        }
        catch (BadHttpRequestException fault)
        {
            string reason = fault.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? $"the body is larger than {limits.BodyBytes} bytes: send fewer images in one request, or UINT8 "
                    + $"instead of FP32"
                : Quoted.Cut(fault.Message);
            log.Refused(fault.StatusCode, reason);
            await AnswerAsync(context, fault.StatusCode, reason);
        }
        catch (Exception fault)
        {
            log.Failed(fault);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError,
                "the server failed on this request; its log says why");
        }
    }

    /// <summary>Says in words what routing answers with a bare status.</summary>
    public static Task ExplainAsync(HttpContext context) =>
        Refusal.Of(context.Response.StatusCode, context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound =>
            $"there is nothing at {Quoted.Cut(context.Request.Path)}: /openapi/v1.json describes every address",
        StatusCodes.Status405MethodNotAllowed =>
            $"{Quoted.Cut(context.Request.Method)} is not accepted here: accepted is {context.Response.Headers.Allow}",
        int status => $"the request cannot be answered (status {status})",
    }).ExecuteAsync(context);

    private static Task AnswerAsync(HttpContext context, int status, string error)
    {
        if (context.Response.HasStarted)
        {
            context.Features.Set(Outcome.Of(status));
            context.Abort();
            return Task.CompletedTask;
        }
        context.Response.Clear();
        return Refusal.Of(status, error).ExecuteAsync(context);
    }
}
