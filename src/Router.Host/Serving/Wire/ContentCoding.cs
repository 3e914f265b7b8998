using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Router.Host.Serving.Wire;

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
