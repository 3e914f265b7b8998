using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using DualRS.V1;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Inference;
using Microsoft.AspNetCore.Http.Features;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Router.Host.Serving.Grpc;

/// <summary>
/// Reads the one message of a call before it becomes objects: never more of it than the limit, and of all requests
/// together than there is room for, over HTTP and gRPC alike. Its memory counts until the call ends, or until whoever
/// answers disposes of the call's <see cref="BodyReading"/>.
/// </summary>
/// <param name="state">Tells when the daemon is to stop.</param>
/// <param name="bodies">Reads bodies.</param>
/// <param name="log">The daemon's log.</param>
/// <param name="services">Every service whose methods take one message.</param>
internal sealed class MessageBody(
    ServingState state, RequestBodies bodies, ILogger log, IReadOnlyCollection<ServiceDescriptor> services)
{
    // Before a message stand a byte that says whether it is packed, and its length.
    private const int PrefixBytes = 5;

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
        using BodyReading body = await (type == ModelInferRequest.Descriptor || type == CertifyRequest.Descriptor
            ? bodies.ReadAsync(context)
            : bodies.ReadAsync(context, SmallBytes, "this method takes no images, and names alone are short"));
        if (ObjectionTo(body, type) is { } refusal)
        {
            log.Refused(refusal.Status, refusal.Error);
            await refusal.ExecuteAsync(context);
            return;
        }
        context.Features.Set(body);
        context.Features.Set<IRequestBodyPipeFeature>(new Whole(body.Bytes));
        await next(context);
    }

    private MessageDescriptor TypeOf(IMethod method) => services
        .Single(service => service.FullName == method.ServiceName).FindMethodByName(method.Name).InputType;

    // What is cut short or packed is refused by who reads it; what follows the message too, once that is read.
    private static Refusal? ObjectionTo(BodyReading body, MessageDescriptor type)
    {
        if (body.Fault is { } fault)
            return Refusal.Of(body.Status, fault);
        ReadOnlySpan<byte> bytes = body.Bytes.Span;
        if (bytes.Length < PrefixBytes || bytes[0] != 0
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]) is var length && length > bytes.Length - PrefixBytes)
            return null;
        if (MessageFields.Fault(bytes.Slice(PrefixBytes, (int)length), type, out long values) is { } objection)
            return Refusal.Of(StatusCodes.Status400BadRequest, objection);
        return body.TryGrow(values) is { } none ? Refusal.Of(none.Status, none.Fault!) : null;
    }

    // A pipe that lets go of what was read, so that nothing holds the bytes once the message is there.
    private sealed class Whole(ReadOnlyMemory<byte> bytes) : IRequestBodyPipeFeature
    {
        /// <inheritdoc/>
        public PipeReader Reader { get; } = PipeReader.Create(new ReadOnlySequence<byte>(bytes));
    }
}
