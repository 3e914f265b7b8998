using System.Collections.Immutable;
using System.Globalization;
using Router.Host.Serving.Answers;
using Router.Host.Serving.Protocol;
using Router.Host.Serving.Requests;

namespace Router.Host.Serving.Endpoints;

/// <summary><c>POST …/infer</c>: reads the request, has it answered in its turn, writes the answer.</summary>
internal sealed class InferEndpoint(ServingState state, ServingLimits limits, TimeProvider clock, ILogger log)
{
    public async Task<IResult> AnswerAsync(string name, string? version, HttpContext context)
    {
        if (Refusal.OfModel(name, version) is { } unknown)
            return unknown;
        if (!state.TryServe(out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        if (context.Request.Headers.ContainsKey(BinaryTensors.Header))
            return Refuse(StatusCodes.Status400BadRequest, BinaryTensors.Fault);
        if (context.Request.Headers.ContentEncoding.Count > 0)
            return Refuse(StatusCodes.Status415UnsupportedMediaType, "compressed bodies are not offered: send JSON without Content-Encoding");

        long started = clock.GetTimestamp();
        InferReading reading = await ReadAsync(context.Request, model, context.RequestAborted);
        if (reading.Request is not { } request)
            return Refuse(StatusCodes.Status400BadRequest, reading.Faults.ToString());
        ImmutableArray<ImageAnswer>? answers = await model.AnswerAsync(request, context.RequestAborted);
        if (answers is null)
        {
            context.Response.Headers.RetryAfter = model.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return Refuse(StatusCodes.Status429TooManyRequests, $"{limits.Waiting} requests wait already: ask again after the time in Retry-After");
        }
        if (answers.Value.Select(answer => answer.Refusal).FirstOrDefault(refusal => refusal is not null) is { } refusal)
            return Refuse(StatusCodes.Status503ServiceUnavailable, refusal);
        log.Answered(request.Images.Length, InferAnswers.NameOf(request.Mode), request.Counts.Estimation, clock.GetElapsedTime(started).TotalMilliseconds);
        return TypedResults.Json(InferAnswers.Of(request, answers.Value, model), ProtocolJson.Instance.InferAnswer);
    }

    private async Task<InferReading> ReadAsync(HttpRequest request, ServedModel model, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, cancellationToken);
        return InferRequestReader.Read(body.GetBuffer().AsSpan(0, (int)body.Length), model, limits);
    }

    private IResult Refuse(int status, string reason)
    {
        log.Refused(status, reason);
        return Refusal.Of(status, reason);
    }
}
