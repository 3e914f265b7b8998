using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Wire;

/// <summary>
/// Reads requests' bodies into memory, unpacked: never more of one than the limit, and of all together than there is
/// room for, nor for longer than a body may take to come.
/// </summary>
/// <param name="limits">How long a body may be, and how much room there is.</param>
/// <param name="clock">Tells when a body is late.</param>
internal sealed class RequestBodies(ServingLimits limits, TimeProvider clock)
{
    private const int ChunkBytes = 16 << 10;

    private readonly BodyMemory _memory = new(limits.AllBodiesBytes);

    /// <summary>Reads one that may have images.</summary>
    /// <param name="context">Its request; the server itself cuts off a body that is too long as it comes.</param>
    public Task<BodyReading> ReadAsync(HttpContext context) =>
        ReadAsync(context, limits.BodyBytes, "send fewer images in one request");

    /// <summary>Reads one.</summary>
    /// <param name="context">Its request; the server itself cuts off a body that is too long as it comes.</param>
    /// <param name="most">Bytes it may have once it is unpacked.</param>
    /// <param name="right">What would be right where it is longer.</param>
    public async Task<BodyReading> ReadAsync(HttpContext context, long most, string right)
    {
        HttpRequest request = context.Request;
        string coding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (!ContentCoding.IsOffered(coding))
        {
            context.Response.Headers.AcceptEncoding = ContentCoding.Offered;
            return BodyReading.Refused(
                StatusCodes.Status415UnsupportedMediaType,
                $"Content-Encoding '{Quoted.Cut(coding)}' is not offered: "
                    + $"accepted are {ContentCoding.Offered}, or none");
        }
        using CancellationTokenSource late = new(limits.BodyTime, clock);
        using CancellationTokenSource over =
            CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            await using Stream unpacked = await ContentCoding.UnpackAsync(coding, request.BodyReader, over.Token);
            return await ReadAsync(unpacked, most, right, new(_memory, context), over.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return BodyReading.Refused(
                StatusCodes.Status408RequestTimeout,
                $"the body did not come within {limits.BodyTime.TotalSeconds} s: send it faster, or less at once");
        }
        catch (InvalidDataException)
        {
            return BodyReading.Refused(
                StatusCodes.Status400BadRequest,
                $"the body is not {coding}, as its Content-Encoding says, or is cut short");
        }
        // What the server itself finds wrong with a request has a status of its own; all else is a connection that
        // broke, or chunks that are none.
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            return BodyReading.Refused(
                StatusCodes.Status400BadRequest,
                $"the body does not come to its end: {Quoted.Cut(fault.Message)}");
        }
    }

    private static async Task<BodyReading> ReadAsync(
        Stream body, long most, string right, BodyRoom room, CancellationToken cancellationToken)
    {
        MemoryStream kept = new();
        byte[] chunk = new byte[ChunkBytes];
        bool isWhole = false;
        try
        {
            while (await body.ReadAsync(chunk, cancellationToken) is var read and > 0)
            {
                long length = kept.Length + read;
                if (length > most)
                    return BodyReading.Refused(
                        StatusCodes.Status413PayloadTooLarge,
                        $"the body is larger than {most} bytes once it is unpacked: {right}");
                // A buffer that grows is up to twice as large as what is in it.
                if (room.TryGrow(2 * length) is { } none) return none;
                kept.Write(chunk, 0, read);
            }
            isWhole = true;
            return new(kept.GetBuffer().AsMemory(0, (int)kept.Length), room);
        }
        finally
        {
            if (!isWhole) room.Dispose();
        }
    }
}
