using System.Text;
using System.Text.Json.Nodes;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// <c>POST /v1/certify</c>: one picture, one certificate, or a stream of certificates whose radius grows.
/// </summary>
internal sealed class CertifyEndpoint(ServingState state, CertifyRequestReader reader, Certifying certifying)
{
    private const string EventStream = "text/event-stream";

    public async Task<IResult> AnswerAsync(HttpContext context)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        long started = Arrival.Of(context);
        using CertifyReading reading = await reader.ReadAsync(context, model);
        bool streams = context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.Quality is not 0
            && accepted.MediaType.Equals(EventStream, StringComparison.OrdinalIgnoreCase));
        if (!streams)
        {
            JsonObject? told = null;
            Refusal? refusal = await certifying.AnswerAsync(
                reading, model, context, started, (request, answer) =>
                    told = CertificateAnswer.Of(request, answer, model, reading.Extras));
            return refusal is null ? new JsonText(told!) : refusal;
        }
        return await StreamAsync(reading, model, context, started);
    }

    private async Task<IResult> StreamAsync(
        CertifyReading reading, ServedModel model, HttpContext context, long started)
    {
        Refusal? refusal = await certifying.StreamAsync(
            reading, model, context, started, (request, answer) => SendAsync(
                context, answer.Stopped is null ? "certificate" : "end",
                CertificateAnswer.Of(request, answer, model, reading.Extras)));
        if (refusal is not null && !context.Response.HasStarted)
            return refusal;
        if (refusal is not null)
            await SendAsync(context, "error", new() { ["error"] = refusal.Error });
        return TypedResults.Empty;
    }

    private static async Task SendAsync(HttpContext context, string kind, JsonObject data)
    {
        if (!context.Response.HasStarted) context.Response.ContentType = EventStream;
        await context.Response.WriteAsync(
            $"event: {kind}\ndata: {JsonText.Write(data)}\n\n", Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
