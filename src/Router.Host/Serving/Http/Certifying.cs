using System.Collections.Immutable;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// Has one image certified, whichever way it came: what its samples may cost is reserved before its picture is
/// unpacked.
/// </summary>
internal sealed class Certifying(CertifyRequestReader reader, TimeProvider clock, Answering answering)
{
    /// <summary>Answers with one certificate.</summary>
    /// <param name="reading">What was asked, or why it is refused.</param>
    /// <param name="model">What is served.</param>
    /// <param name="context">Its connection.</param>
    /// <param name="started">When it came.</param>
    /// <param name="tell">Told the request and its certificate, while its samples are still reserved.</param>
    /// <returns>Why there is none; null where there is one.</returns>
    public Task<Refusal?> AnswerAsync(
        CertifyReading reading, ServedModel model, HttpContext context, long started,
        Action<InferRequest, ImageAnswer> tell) =>
        ReservedAsync(reading, model, context, started, async request =>
        {
            (ImmutableArray<ImageAnswer> answers, Refusal? refusal) =
                await answering.AnswerReservedAsync(request, model, context, started);
            if (refusal is null) tell(request, answers[0]);
            return refusal;
        });

    /// <summary>Answers with certificates as they grow, each valid by itself.</summary>
    /// <param name="reading">What was asked, or why it is refused.</param>
    /// <param name="model">What is served.</param>
    /// <param name="context">Its connection.</param>
    /// <param name="started">When it came.</param>
    /// <param name="tellAsync">Sends a certificate of the request; the last one says why it is the last.</param>
    /// <returns>Why there is none, or no more; null where the last one was sent.</returns>
    public Task<Refusal?> StreamAsync(
        CertifyReading reading, ServedModel model, HttpContext context, long started,
        Func<InferRequest, ImageAnswer, Task> tellAsync) =>
        ReservedAsync(reading, model, context, started, request => answering.StreamAsync(
            request, model, context, started, answer => tellAsync(request, answer)));

    private async Task<Refusal?> ReservedAsync(
        CertifyReading reading, ServedModel model, HttpContext context, long started,
        Func<InferRequest, Task<Refusal?>> answerAsync)
    {
        if (reading.Parameters is not { } parameters)
            return answering.Refuse(AskedModel.Routed, reading.Status, reading.Fault!, started);
        // Whoever may not draw has nothing unpacked.
        DrawnSamples drawn = new();
        using SampleReservation reservation = answering.Reserve(context, parameters, images: 1, drawn, model);
        if (reservation.Refusal is { } beyond)
            return answering.Refuse(AskedModel.Routed, reservation.Status, beyond, started);
        RequestDeadline due = model.DeadlineIn(parameters.Deadline - clock.GetElapsedTime(started));
        (bool inTime, (InferRequest? request, string? problem)) = await due.TryAsync(
            stop => reader.UnpackAsync(reading, ApiKey.PartyOf(context), drawn, stop), context.RequestAborted);
        if (!inTime)
            return answering.Unavailable(
                AskedModel.Routed, ImageAnswer.Late(due, "its picture was unpacked"), context, started);
        // Its pixels are what is kept while a request waits and its samples are drawn.
        reading.Dispose();
        if (problem is not null)
            return answering.Refuse(AskedModel.Routed, StatusCodes.Status400BadRequest, problem, started);
        return request is null
            ? answering.Busy(AskedModel.Routed, model, context, started)
            : await answerAsync(request.After(clock.GetElapsedTime(started)));
    }
}
