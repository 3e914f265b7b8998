using System.Collections.Immutable;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary><c>POST …/infer</c>: reads the request, has it answered in its turn, writes the answer.</summary>
internal sealed class InferEndpoint(
    ServingState state, ServingLimits limits, RequestBodies bodies, TimeProvider clock, Answering answering)
{
    public async Task<IResult> AnswerAsync(string name, string? version, HttpContext context)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        if (Refusal.OfModel(model, name, version, out AskedModel asked) is { } unknown)
            return unknown;

        long started = Arrival.Of(context);
        (InferReading reading, int status) = await ReadAsync(context, asked, model);
        if (reading.Request is not { } request)
            return answering.Refuse(asked, status, reading.Faults.ToString(), started);
        (ImmutableArray<ImageAnswer> answers, Refusal? refusal) = await answering.AnswerAsync(
            request.After(clock.GetElapsedTime(started)), model, context, started);
        if (refusal is not null)
            return refusal;
        InferAnswer answer = InferAnswers.Of(request, answers, model);
        return request.Binary.IsEmpty
            ? TypedResults.Json(answer, ProtocolJson.Instance.InferAnswer)
            : new BinaryAnswer(answer, [.. request.Binary.Select(column => column.Name)]);
    }

    // Once it is read, the body goes: images are what is kept while a request waits.
    private async Task<(InferReading Reading, int Status)> ReadAsync(
        HttpContext context, AskedModel asked, ServedModel model)
    {
        using BodyReading body = await bodies.ReadAsync(context);
        return body.Fault is { } fault
            ? (InferReading.Of(fault), body.Status)
            : (Read(context.Request.Headers, body.Bytes, asked, model), StatusCodes.Status400BadRequest);
    }

    private InferReading Read(
        IHeaderDictionary headers, ReadOnlyMemory<byte> body, AskedModel asked, ServedModel model) =>
        BinaryTensors.TryReadLength(headers, body.Length, out int jsonLength) is { } fault
            ? InferReading.Of(fault)
            : InferRequestReader.Read(new BodyParts(body, jsonLength), asked, model, limits);
}
