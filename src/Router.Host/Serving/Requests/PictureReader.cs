using Router.Data;
using Router.Experts.Inputs;
using Router.Smoothing;

namespace Router.Host.Serving.Requests;

/// <summary>Picture files as inputs, framed like those on the command line. Few are unpacked at once: a small file may be a large picture.</summary>
internal sealed class PictureReader : IDisposable
{
    // 16 Mi pixels take some 180 MiB while they are decoded.
    private static readonly ImageLimits Limits = ImageLimits.Default with { MaxPixels = 16L << 20 };

    private readonly SemaphoreSlim _unpacking = new(2);

    /// <summary>The media types of picture files.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = ["image/png", "image/jpeg"];

    /// <summary>Decodes and frames one.</summary>
    /// <returns>The input, or what is wrong with the file.</returns>
    public async Task<(GridInput? Input, string? Problem)> ReadAsync(ReadOnlyMemory<byte> file, DataSetKind kind, CancellationToken cancellationToken)
    {
        await _unpacking.WaitAsync(cancellationToken);
        try
        {
            ImageDecoding decoding = ImageFile.Decode(file.Span, Limits);
            return decoding.Succeeded ? (kind.Framing.Apply(decoding.Image).ToInput(), null) : (null, $"the picture cannot be used: {decoding.Problem}");
        }
        finally
        {
            _unpacking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _unpacking.Dispose();
}
