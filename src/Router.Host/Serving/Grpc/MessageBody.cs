using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DualRS.V1;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Inference;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Router.Host.Serving.Grpc;

/// <summary>
/// Reads the one message of a call before it becomes objects: never more of it than the limit, and of all requests
/// together than there is room for, over HTTP and gRPC alike.
/// </summary>
/// <param name="state">Tells when the daemon is to stop.</param>
/// <param name="limits">How long a message may be.</param>
/// <param name="memory">What bodies take together.</param>
/// <param name="log">The daemon's log.</param>
/// <param name="services">Every service whose methods take one message.</param>
internal sealed class MessageBody(
    ServingState state, ServingLimits limits, BodyMemory memory, ILogger log,
    IReadOnlyCollection<ServiceDescriptor> services)
{
    // Before a message stand a byte that says whether it is packed, and its length.
    private const int PrefixBytes = 5;

    // A value takes a byte at least, and becomes eight in a list that may be twice as long.
    private const int Growth = 16;

    // Of a message without images. So few are always taken, and keep nobody out however long a call is open.
    private const int SmallBytes = 16 << 10;

    /// <summary>Goes on with the message in memory, or ends the call.</summary>
    public async Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is not { } method)
        {
            await next(context);
            return;
        }
        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
        {
            // A caller that leaves such a call open would keep the daemon from ending.
            await using CancellationTokenRegistration end = state.Stopping.UnsafeRegister(
                call => ((HttpContext)call!).Abort(), context);
            await next(context);
            return;
        }
        MessageDescriptor type = TypeOf(method);
        using BodyReading body = await RequestBody.ReadAsync(
            context.Request, HasImages(type) ? limits.BodyBytes : SmallBytes, memory, context.RequestAborted,
            HasImages(type) ? RequestBody.FewerImages : "this method takes no images, and names alone are short");
        long values = 0, held = 0;
        Refusal? refusal = body.Fault is { } fault ? Refusal.Of(body.Status, fault)
            : Objection(body.Bytes.Span, type, out values) is { } objection
                ? Refusal.Of(StatusCodes.Status400BadRequest, objection)
            : memory.TryGrow(ref held, Growth * values) ? null
            : Refusal.Of(StatusCodes.Status429TooManyRequests, RequestBody.NoRoom);
        try
        {
            if (refusal is not null)
            {
                if (refusal.Status == StatusCodes.Status429TooManyRequests) context.Response.Headers.RetryAfter = "1";
                log.Refused(refusal.Status, refusal.Error);
                await refusal.ExecuteAsync(context);
                return;
            }
            MemoryMarshal.TryGetArray(body.Bytes, out ArraySegment<byte> bytes);
            await using MemoryStream message = new(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
            context.Request.Body = message;
            await next(context);
        }
        finally
        {
            memory.GiveBack(held);
        }
    }

    private MessageDescriptor TypeOf(IMethod method) => services
        .Single(service => service.FullName == method.ServiceName).FindMethodByName(method.Name).InputType;

    private static bool HasImages(MessageDescriptor type) =>
        type == ModelInferRequest.Descriptor || type == CertifyRequest.Descriptor;

    // What is cut short or packed is refused by who reads it; what follows the message too, once that is read.
    private static string? Objection(ReadOnlySpan<byte> body, MessageDescriptor type, out long values)
    {
        values = 0;
        return body.Length >= PrefixBytes && body[0] == 0
            && BinaryPrimitives.ReadUInt32BigEndian(body[1..]) is var length && length <= body.Length - PrefixBytes
            ? MessageFields.Fault(body.Slice(PrefixBytes, (int)length), type, out values) : null;
    }
}
