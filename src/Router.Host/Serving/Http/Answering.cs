using System.Collections.Immutable;
using System.Globalization;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;

namespace Router.Host.Serving.Http;

/// <summary>Has requests answered in their turn, and keeps the counts.</summary>
internal sealed class Answering(ServingLimits limits, TimeProvider clock, ServingMeter meter, ILogger log)
{
    private readonly SampleLedger _ledger = new(clock);

    /// <summary>Answers a request that was read, within its caller's allowance.</summary>
    /// <inheritdoc cref="AnswerReservedAsync"/>
    public async Task<(ImmutableArray<ImageAnswer> Answers, Refusal? Refusal)> AnswerAsync(
        InferRequest request, ServedModel model, HttpContext context, long started)
    {
        using SampleReservation reservation =
            Reserve(context, request.Parameters, request.Images.Length, request.Drawn, model);
        return reservation.Refusal is { } beyond
            ? ([], Refuse(request.Model, reservation.Status, beyond, started))
            : await AnswerReservedAsync(request, model, context, started);
    }

    /// <summary>Answers a request whose samples are reserved.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">What is served.</param>
    /// <param name="context">Its connection.</param>
    /// <param name="started">When it came.</param>
    /// <returns>An answer for each image, or why there is none.</returns>
    public async Task<(ImmutableArray<ImageAnswer> Answers, Refusal? Refusal)> AnswerReservedAsync(
        InferRequest request, ServedModel model, HttpContext context, long started)
    {
        (ImmutableArray<ImageAnswer>? answers, TimeSpan queued) = await InTurnAsync(
            request, request.Model, context, started, asked => model.AnswerAsync(asked, context.RequestAborted));
        if (answers is null)
            return ([], Busy(request.Model, model, context, started));
        if (answers.Value.FirstOrDefault(answer => answer.Refusal is not null) is { } refused)
            return ([], Unavailable(request.Model, refused, context, started));
        TimeSpan whole = clock.GetElapsedTime(started);
        meter.Answered(request, answers.Value, whole, queued);
        log.Answered(request.Images.Length, InferAnswers.NameOf(request.Mode), request.Counts.Estimation,
            whole.TotalMilliseconds);
        return (answers.Value, null);
    }

    /// <summary>Has the certificate of a request told as it grows; its samples are reserved.</summary>
    /// <param name="request">The request, of one image.</param>
    /// <param name="model">What is served.</param>
    /// <param name="context">Its connection.</param>
    /// <param name="started">When it came.</param>
    /// <param name="tell">Sends a certificate; the last one says why it is the last.</param>
    /// <returns>Why there is none, or no more; null where the last one was sent.</returns>
    public async Task<Refusal?> StreamAsync(
        InferRequest request, ServedModel model, HttpContext context, long started, Func<ImageAnswer, Task> tell)
    {
        (AnytimeStream? begun, TimeSpan queued) = await InTurnAsync(
            request, AskedModel.Routed, context, started,
            asked => model.BeginAnytimeAsync(asked, context.RequestAborted));
        using AnytimeStream? stream = begun;
        if (stream is null)
            return Busy(AskedModel.Routed, model, context, started);
        if (stream.IsLate)
            return Unavailable(AskedModel.Routed, stream.Late, context, started);

        ImageAnswer? last = null;
        int told = 0;
        try
        {
            await foreach (ImageAnswer answer in stream.AnswersAsync(context.RequestAborted))
            {
                if (answer.Refusal is not null)
                    return Unavailable(AskedModel.Routed, answer, context, started);
                last = answer;
                if (answer.Stopped is null) told++;
                await tell(answer);
            }
        }
        catch (VoterUnavailableException fault)
        {
            if (last is not null) context.Features.Set(Outcome.BrokeOff);
            return Refuse(
                AskedModel.Routed, StatusCodes.Status503ServiceUnavailable, stream.ReasonOf(fault), started);
        }
        catch
        {
            meter.Failed(AskedModel.Routed, clock.GetElapsedTime(started));
            throw;
        }
        TimeSpan whole = clock.GetElapsedTime(started);
        meter.Answered(request, [last!], whole, queued);
        log.Streamed(told, CertificateAnswer.NameOf(last!.Stopped!.Value), whole.TotalMilliseconds);
        return null;
    }

    // As its caller's, with the time until its turn came. What is thrown is counted as a failure.
    private async Task<(T Result, TimeSpan Queued)> InTurnAsync<T>(
        InferRequest request, AskedModel model, HttpContext context, long started, Func<InferRequest, Task<T>> askAsync)
    {
        TimeSpan queued = TimeSpan.Zero;
        long asked = clock.GetTimestamp();
        try
        {
            T result = await askAsync(request with
            {
                Party = ApiKey.PartyOf(context), TurnCame = () => queued = clock.GetElapsedTime(asked),
            });
            return (result, queued);
        }
        catch
        {
            meter.Failed(model, clock.GetElapsedTime(started));
            throw;
        }
    }

    /// <summary>
    /// Reserves what a request can draw from its caller's allowance; it is over once that is disposed of.
    /// </summary>
    public SampleReservation Reserve(
        HttpContext context, InferParameters parameters, int images, DrawnSamples drawn, ServedModel model) =>
        _ledger.Reserve(context, parameters, images, drawn, model);

    /// <summary>Turns a request away because too many wait.</summary>
    public Refusal Busy(AskedModel asked, ServedModel model, HttpContext context, long started)
    {
        context.Response.Headers.RetryAfter = model.RetryAfter.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return Refuse(asked, StatusCodes.Status429TooManyRequests,
            $"{limits.Waiting} requests wait already: ask again after the time in Retry-After", started);
    }

    /// <summary>Refuses a request with the reason of an image that has no answer.</summary>
    public Refusal Unavailable(AskedModel asked, ImageAnswer refused, HttpContext context, long started)
    {
        if (refused.IsLate) context.Features.Set(Outcome.Late);
        return Refuse(asked, StatusCodes.Status503ServiceUnavailable, refused.Refusal!, started);
    }

    /// <summary>Refuses a request.</summary>
    public Refusal Refuse(AskedModel asked, int status, string reason, long started)
    {
        meter.Failed(asked, clock.GetElapsedTime(started));
        log.Refused(status, reason);
        return Refusal.Of(status, reason);
    }
}
