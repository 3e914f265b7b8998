using System.IO.Compression;

namespace Router.Host.Serving.Requests;

/// <summary>Reads a request's body into memory, unpacked: never more of it than the limit.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>Reads it.</summary>
    /// <param name="request">The request; the server itself cuts off a body that is too long as it comes.</param>
    /// <param name="most">Bytes it may have once it is unpacked.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    public static async Task<BodyReading> ReadAsync(HttpRequest request, long most, CancellationToken cancellationToken)
    {
        switch (request.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant())
        {
            case "" or "identity":
                return await ReadAsync(request.Body, most, cancellationToken);
            case "gzip" or "x-gzip":
                try
                {
                    await using GZipStream unpacked = new(request.Body, CompressionMode.Decompress);
                    return await ReadAsync(unpacked, most, cancellationToken);
                }
                catch (InvalidDataException)
                {
                    return BodyReading.Refused(StatusCodes.Status400BadRequest, "the body is not gzip, as its Content-Encoding says, or is cut short");
                }
            case var other:
                return BodyReading.Refused(
                    StatusCodes.Status415UnsupportedMediaType, $"Content-Encoding '{Protocol.Quoted.Cut(other)}' is not offered: accepted is gzip, or none");
        }
    }

    private static async Task<BodyReading> ReadAsync(Stream body, long most, CancellationToken cancellationToken)
    {
        using MemoryStream kept = new();
        byte[] chunk = new byte[ChunkBytes];
        while (await body.ReadAsync(chunk, cancellationToken) is var read and > 0)
        {
            if (kept.Length + read > most)
                return BodyReading.Refused(
                    StatusCodes.Status413PayloadTooLarge, $"the body is larger than {most} bytes once it is unpacked: send fewer images in one request");
            kept.Write(chunk, 0, read);
        }
        return new(kept.GetBuffer().AsMemory(0, (int)kept.Length));
    }
}

/// <summary>A body, or why there is none.</summary>
/// <param name="Bytes">The body.</param>
internal sealed record BodyReading(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The status to refuse with; 0 where there is a body.</summary>
    public int Status { get; private init; }

    /// <summary>Why there is none.</summary>
    public string? Fault { get; private init; }

    public static BodyReading Refused(int status, string fault) => new(ReadOnlyMemory<byte>.Empty) { Status = status, Fault = fault };
}
