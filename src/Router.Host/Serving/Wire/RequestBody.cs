using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Router.Host.Serving.Wire;

/// <summary>
/// Reads a request's body into memory, unpacked: never more of it than the limit, and of all together than there is
/// room for.
/// </summary>
internal static class RequestBody
{
    /// <summary>Said where other requests' bodies take what there is.</summary>
    public const string NoRoom =
        "the bodies of other requests take all memory there is for them: ask again in a moment, or with fewer images";

    /// <summary>What would be right where images are too large.</summary>
    public const string FewerImages = "send fewer images in one request";

    private const int ChunkBytes = 16 << 10;

    /// <summary>Reads it.</summary>
    /// <param name="request">The request; the server itself cuts off a body that is too long as it comes.</param>
    /// <param name="most">Bytes it may have once it is unpacked.</param>
    /// <param name="memory">What it shares with others; given back when what was read is disposed of.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <param name="right">What would be right where it is longer.</param>
    public static async Task<BodyReading> ReadAsync(
        HttpRequest request, long most, BodyMemory memory, CancellationToken cancellationToken,
        string right = FewerImages)
    {
        BodyReading reading = await UnpackAsync(request, most, right, memory, cancellationToken);
        if (reading.Status == StatusCodes.Status429TooManyRequests)
            request.HttpContext.Response.Headers.RetryAfter = "1";
        return reading;
    }

    private static async Task<BodyReading> UnpackAsync(
        HttpRequest request, long most, string right, BodyMemory memory, CancellationToken cancellationToken)
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
            return await ReadAsync(unpacked, most, right, memory, cancellationToken);
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
        Stream body, long most, string right, BodyMemory memory, CancellationToken cancellationToken)
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
                        StatusCodes.Status413PayloadTooLarge,
                        $"the body is larger than {most} bytes once it is unpacked: {right}");
                // A buffer that grows is up to twice as large as what is in it.
                if (!memory.TryGrow(ref held, 2 * length))
                    return BodyReading.Refused(StatusCodes.Status429TooManyRequests, NoRoom);
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
    public BodyReading(ReadOnlyMemory<byte> bytes, BodyMemory memory, long held) =>
        (Bytes, _memory, _held) = (bytes, memory, held);

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

/// <summary>The codings in which a body may come (RFC 9110, section 8.4.1).</summary>
internal static class ContentCoding
{
    /// <summary>What is accepted, as the header Accept-Encoding has it.</summary>
    public const string Offered = "gzip, deflate";

    // RFC 1950, section 2.2: the method is 8, and the first two bytes are a multiple of 31.
    private const int Method = 8, MethodMask = 0x0f, CheckBase = 31, HeaderBytes = 2;

    /// <summary>Whether a body may come in this coding.</summary>
    public static bool IsOffered(string coding) => coding is "" or "identity" or "gzip" or "x-gzip" or "deflate";

    /// <summary>
    /// A body without its coding. By deflate some mean zlib, as the RFC does, and others the bare stream in it: both
    /// are taken.
    /// </summary>
    /// <param name="coding">One that is offered.</param>
    /// <param name="body">The body as it comes.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public static async Task<Stream> UnpackAsync(string coding, PipeReader body, CancellationToken cancellationToken)
    {
        Stream packed = body.AsStream(leaveOpen: true);
        return coding switch
        {
            "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Decompress),
            "deflate" when await IsZlibAsync(body, cancellationToken) =>
                new ZLibStream(packed, CompressionMode.Decompress),
            "deflate" => new DeflateStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
    }

    // A bare stream begins with a block of a kind, and where that is "stored" with bits that encoders leave 0: never
    // with the method's 8.
    private static async Task<bool> IsZlibAsync(PipeReader body, CancellationToken cancellationToken)
    {
        ReadResult begin = await body.ReadAtLeastAsync(HeaderBytes, cancellationToken);
        byte[] header = begin.Buffer.Slice(0, Math.Min(HeaderBytes, begin.Buffer.Length)).ToArray();
        body.AdvanceTo(begin.Buffer.Start);
        return header is [var method, var check]
            && (method & MethodMask) == Method && ((method << 8) + check) % CheckBase == 0;
    }
}

/// <summary>
/// What the bodies of all requests may take together while they are read, however many connections send how slowly. The
/// beginning of each is always taken: whoever sends large bodies keeps nobody's small ones out.
/// </summary>
/// <param name="most">Bytes beyond those beginnings, ≥ 0.</param>
internal sealed class BodyMemory(long most)
{
    /// <summary>The beginning of a body, which is always taken.</summary>
    public const int AlwaysBytes = 64 << 10;

    private long _taken;

    /// <summary>Bytes that are taken now.</summary>
    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <summary>Takes the memory of a body that grows.</summary>
    /// <param name="held">What the body has already; afterwards what it has.</param>
    /// <param name="length">How long it is to be.</param>
    /// <returns>Whether there is room.</returns>
    public bool TryGrow(ref long held, long length)
    {
        long more = Math.Max(0, length - AlwaysBytes) - held;
        if (more <= 0) return true;
        if (Interlocked.Add(ref _taken, more) > most)
        {
            Interlocked.Add(ref _taken, -more);
            return false;
        }
        held += more;
        return true;
    }

    /// <summary>Gives a body's memory back.</summary>
    public void GiveBack(long held) => Interlocked.Add(ref _taken, -held);
}
