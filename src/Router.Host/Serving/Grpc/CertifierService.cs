using System.Text.Json;
using DualRS.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Grpc;

/// <summary>Certificates of one image as they grow: <c>POST /v1/certify</c> with an event stream, over gRPC.</summary>
internal sealed class CertifierService(
    ServingState state, ServingLimits limits, TimeProvider clock, CertifyRequestReader reader, Certifying certifying)
    : Certifier.CertifierBase
{
    private const string Levels = "levels";

    // An answer has the names of the message's fields; what has no meaning here is not in it.
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);

    /// <inheritdoc/>
    public override async Task Certify(
        CertifyRequest request, IServerStreamWriter<Certificate> responseStream, ServerCallContext context)
    {
        HttpContext http = context.GetHttpContext();
        if (!state.TryServe(http, out ServedModel? model))
            throw GrpcRefusal.Exception(context, Refusal.OfPhase(state.Phase));
        long started = Arrival.Of(http);
        BodyReading body = http.Features.GetRequiredFeature<BodyReading>();
        using CertifyReading reading =
            Read(request, body, model).Within(CallDeadline.Of(context.Deadline, clock));
        // The picture goes with the reading, and levels are pixels already.
        request.ClearImage();
        Refusal? refusal = await certifying.StreamAsync(
            reading, model, http, started, (read, answer) => responseStream.WriteAsync(
                MessageOf(read, answer, model, request.Record), http.RequestAborted));
        GrpcRefusal.ThrowIf(context, refusal);
    }

    private CertifyReading Read(CertifyRequest request, BodyReading body, ServedModel model)
    {
        Dictionary<string, JsonElement> parameters = InferMessages.ParametersOf(request.Parameters);
        switch (request.ImageCase)
        {
            case CertifyRequest.ImageOneofCase.Picture:
                body.Keep(request.Picture.Memory);
                return reader.LookAt(body, parameters, model, extras: default, new());
            case CertifyRequest.ImageOneofCase.Levels:
                InferBody written = new()
                {
                    Parameters = parameters,
                    Inputs =
                    [
                        new()
                        {
                            Name = ImageTensorReader.Name, Datatype = PixelType.All[0].Name,
                            Shape = [.. model.ImageShape.Select(extent => (long)extent)],
                        },
                    ],
                };
                InferReading read = InferRequestReader.Read(
                    written, new MessageValues(contents: null, [request.Levels], Levels), AskedModel.Routed, model,
                    limits);
                body.Dispose();
                return CertifyRequestReader.OfTensor(read, extras: default, new());
            default:
                return CertifyReading.Refused(
                    StatusCodes.Status400BadRequest, $"the request has no image: expected picture or {Levels}");
        }
    }

    private static Certificate MessageOf(InferRequest request, ImageAnswer answer, ServedModel model, bool withRecord)
    {
        Certificate message = Parser.Parse<Certificate>(
            JsonText.Write(CertificateAnswer.Of(request, answer, model, extras: default)));
        if (withRecord) message.Record = answer.Record!();
        return message;
    }
}
