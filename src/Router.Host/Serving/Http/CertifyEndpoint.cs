using System.Text;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;

namespace Router.Host.Serving.Http;

/// <summary>
/// <c>POST /v1/certify</c>: one picture, one certificate, or a stream of certificates whose radius grows.
/// </summary>
internal sealed class CertifyEndpoint(
    ServingState state, ServingLimits limits, BodyMemory memory, TimeProvider clock, ServingMeter meter,
    Answering answering, ILogger log)
{
    private const string EventStream = "text/event-stream";

    private readonly CertifyRequestReader _reader = new(limits, memory);

    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        long started = clock.GetTimestamp();
        using CertifyReading reading = await _reader.ReadAsync(context.Request, model, context.RequestAborted);
        if (reading.Parameters is not { } parameters)
            return answering.Refuse(AskedModel.Routed, reading.Status, reading.Fault!, started);
        bool streams = context.Request.Headers.Accept.ToString()
            .Contains(EventStream, StringComparison.OrdinalIgnoreCase);
        // Whoever may not draw has nothing unpacked.
        DrawnSamples drawn = new();
        using SampleReservation reservation = answering.Reserve(context, parameters, images: 1, drawn, model);
        if (reservation.Refusal is { } beyond)
            return answering.Refuse(AskedModel.Routed, reservation.Status, beyond, started);
        (InferRequest? request, string? problem) =
            await _reader.UnpackAsync(reading, ApiKey.PartyOf(context), drawn, context.RequestAborted);
        if (problem is not null)
            return answering.Refuse(AskedModel.Routed, StatusCodes.Status400BadRequest, problem, started);
        if (request is null)
            return answering.Busy(AskedModel.Routed, model, context, started);
        request = request.After(clock.GetElapsedTime(started));
        return streams
            ? await StreamAsync(request, reading.Extras, model, context, started)
            : await answering.AnswerReservedAsync(
                request, model, context, started,
                answers => new JsonText(CertificateAnswer.Of(request, answers[0], model, reading.Extras)));
    }

    private async Task<IResult> StreamAsync(
        InferRequest request, CertificateExtras extras, ServedModel model, HttpContext context, long started)
    {
        TimeSpan queued = TimeSpan.Zero;
        long asked = clock.GetTimestamp();
        using AnytimeStream? stream = await model.BeginAnytimeAsync(
            request with { Party = ApiKey.PartyOf(context), TurnCame = () => queued = clock.GetElapsedTime(asked) },
            context.RequestAborted);
        if (stream is null)
            return answering.Busy(AskedModel.Routed, model, context, started);
        if (stream.IsLate)
            return answering.Unavailable(AskedModel.Routed, stream.Late, context, started);

        context.Response.ContentType = EventStream;
        ImageAnswer? last = null;
        int told = 0;
        try
        {
            await foreach (ImageAnswer answer in stream.AnswersAsync(context.RequestAborted))
            {
                if (answer.Refusal is not null)
                    return answering.Unavailable(AskedModel.Routed, answer, context, started);
                last = answer;
                if (answer.Stopped is null) told++;
                await SendAsync(context, answer.Stopped is null ? "certificate" : "end",
                    CertificateAnswer.Of(request, answer, model, extras));
            }
        }
        catch (VoterUnavailableException fault)
        {
            if (!context.Response.HasStarted)
                return answering.Refuse(AskedModel.Routed, StatusCodes.Status503ServiceUnavailable,
                    stream.ReasonOf(fault), started);
            meter.Failed(AskedModel.Routed, clock.GetElapsedTime(started));
            context.Features.Set(Outcome.BrokeOff);
            log.Refused(StatusCodes.Status503ServiceUnavailable, stream.ReasonOf(fault));
            await SendAsync(context, "error", new() { ["error"] = stream.ReasonOf(fault) });
            return TypedResults.Empty;
        }
        catch
        {
            meter.Failed(AskedModel.Routed, clock.GetElapsedTime(started));
            throw;
        }
        meter.Answered(request, [last!], clock.GetElapsedTime(started), queued);
        log.Streamed(told, CertificateAnswer.NameOf(last!.Stopped!.Value),
            clock.GetElapsedTime(started).TotalMilliseconds);
        return TypedResults.Empty;
    }

    private static async Task SendAsync(HttpContext context, string kind, JsonObject data)
    {
        await context.Response.WriteAsync(
            $"event: {kind}\ndata: {JsonText.Write(data)}\n\n", Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
