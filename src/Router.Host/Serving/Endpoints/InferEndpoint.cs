using Router.Host.Serving.Answers;
using Router.Host.Serving.Models;
using Router.Host.Serving.Protocol;
using Router.Host.Serving.Requests;

namespace Router.Host.Serving.Endpoints;

/// <summary><c>POST …/infer</c>: reads the request, has it answered in its turn, writes the answer.</summary>
internal sealed class InferEndpoint(ServingState state, ServingLimits limits, TimeProvider clock, Answering answering)
{
    public async Task<IResult> AnswerAsync(string name, string? version, HttpContext context)
    {
        if (!state.TryServe(context, out ServedModel? model))
            return Refusal.OfPhase(state.Phase);
        if (Refusal.OfModel(model, name, version, out AskedModel asked) is { } unknown)
            return unknown;

        long started = clock.GetTimestamp();
        BodyReading body = await RequestBody.ReadAsync(context.Request, limits.BodyBytes, context.RequestAborted);
        if (body.Fault is { } fault)
            return answering.Refuse(asked, body.Status, fault, started);
        InferReading reading = Read(context.Request.Headers, body.Bytes.Span, asked, model);
        if (reading.Request is not { } request)
            return answering.Refuse(asked, StatusCodes.Status400BadRequest, reading.Faults.ToString(), started);
        return await answering.AnswerAsync(request, model, context, started, answers =>
        {
            InferAnswer answer = InferAnswers.Of(request, answers, model);
            return request.Binary.IsEmpty
                ? TypedResults.Json(answer, ProtocolJson.Instance.InferAnswer)
                : new BinaryAnswer(answer, [.. request.Binary.Select(column => column.Name)]);
        });
    }

    private InferReading Read(IHeaderDictionary headers, ReadOnlySpan<byte> body, AskedModel asked, ServedModel model) =>
        BinaryTensors.TryReadLength(headers, body.Length, out int jsonLength) is { } fault
            ? InferReading.Of(fault)
            : InferRequestReader.Read(new(body, jsonLength), asked, model, limits);
}
