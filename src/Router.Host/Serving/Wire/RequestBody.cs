
namespace Router.Host.Serving.Wire;

/// <summary>Reads a request's body into memory, unpacked: never more of it than the limit, and of all together than there is room for.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 16 << 10;

    /// <summary>Reads it.</summary>
    /// <param name="request">The request; the server itself cuts off a body that is too long as it comes.</param>
    /// <param name="most">Bytes it may have once it is unpacked.</param>
    /// <param name="memory">What it shares with others; given back when what was read is disposed of.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public static async Task<BodyReading> ReadAsync(HttpRequest request, long most, BodyMemory memory, CancellationToken cancellationToken)
    {
        BodyReading reading = await UnpackAsync(request, most, memory, cancellationToken);
        if (reading.Status == StatusCodes.Status429TooManyRequests) request.HttpContext.Response.Headers.RetryAfter = "1";
        return reading;
    }

    private static async Task<BodyReading> UnpackAsync(HttpRequest request, long most, BodyMemory memory, CancellationToken cancellationToken)
    {
        string coding = request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        if (!ContentCoding.IsOffered(coding))
        {
            request.HttpContext.Response.Headers.AcceptEncoding = ContentCoding.Offered;
            return BodyReading.Refused(
                StatusCodes.Status415UnsupportedMediaType,
                $"Content-Encoding '{Quoted.Cut(coding)}' is not offered: "
                    + $"accepted are {ContentCoding.Offered}, or none");
        }
        try
        {
            await using Stream unpacked =
                await ContentCoding.UnpackAsync(coding, request.BodyReader, cancellationToken);
            return await ReadAsync(unpacked, most, memory, cancellationToken);
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

    private static async Task<BodyReading> ReadAsync(Stream body, long most, BodyMemory memory, CancellationToken cancellationToken)
    {
        MemoryStream kept = new();
        byte[] chunk = new byte[ChunkBytes];
        long held = 0;
        try
        {
            while (await body.ReadAsync(chunk, cancellationToken) is var read and > 0)
            {
                long length = kept.Length + read;
                if (length > most)
                    return BodyReading.Refused(
                        StatusCodes.Status413PayloadTooLarge, $"the body is larger than {most} bytes once it is unpacked: send fewer images in one request");
                // A buffer that grows is up to twice as large as what is in it.
                if (!memory.TryGrow(ref held, 2 * length))
                    return BodyReading.Refused(
                        StatusCodes.Status429TooManyRequests, "the bodies of other requests take all memory there is for them: ask again in a moment, or with fewer images");
                kept.Write(chunk, 0, read);
            }
            BodyReading whole = new(kept.GetBuffer().AsMemory(0, (int)kept.Length), memory, held);
            held = 0;
            return whole;
        }
        finally
        {
            memory.GiveBack(held);
        }
    }
}

/// <summary>A body, or why there is none. Its memory counts until it is disposed of.</summary>
internal sealed class BodyReading : IDisposable
{
    private readonly BodyMemory? _memory;
    private long _held;

    /// <summary>A body that was read.</summary>
    /// <param name="bytes">The body.</param>
    /// <param name="memory">Where its memory was taken.</param>
    /// <param name="held">How much of it.</param>
    public BodyReading(ReadOnlyMemory<byte> bytes, BodyMemory memory, long held) => (Bytes, _memory, _held) = (bytes, memory, held);

    private BodyReading(int status, string fault) => (Status, Fault) = (status, fault);

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The status to refuse with; 0 where there is a body.</summary>
    public int Status { get; }

    /// <summary>Why there is none.</summary>
    public string? Fault { get; }

    /// <summary>A body that is not taken.</summary>
    public static BodyReading Refused(int status, string fault) => new(status, fault);

    /// <inheritdoc/>
    public void Dispose() => _memory?.GiveBack(Interlocked.Exchange(ref _held, 0));
}
