using Router.Data;
using Router.Experts.Loading;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>
/// Picture files as inputs, framed like those on the command line. Few are unpacked at once, in turns: a small file
/// may be a large picture.
/// </summary>
/// <param name="limits">How large a picture may be, and how many wait.</param>
/// <param name="decode">Decodes a file; <see cref="ImageFile.Decode"/> unless told.</param>
internal sealed class PictureReader(
    ServingLimits limits, Func<ReadOnlyMemory<byte>, ImageLimits, ImageDecoding>? decode = null)
{
    /// <summary>How many are unpacked at once.</summary>
    public const int AtOnce = 2;

    /// <summary>Pixels of a picture for each pixel of what it is framed to, unless told: 32 on a side.</summary>
    public const int PixelsForEach = 1024;

    /// <summary>
    /// Pixels of the largest picture, unless told: 16 Mi take 110 MiB while they are decoded, some 240.
    /// </summary>
    public const long MostPixels = 16L << 20;

    // Encoders write about ten, and each is a pass over the whole picture.
    private const int MostScans = 32;

    private readonly Func<ReadOnlyMemory<byte>, ImageLimits, ImageDecoding> _decode =
        decode ?? ((file, allowed) => ImageFile.Decode(file.Span, allowed));
    private readonly AdmissionQueue _turns = new(AtOnce, limits.Waiting);

    /// <summary>The media types of picture files.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = ["image/png", "image/jpeg"];

    /// <summary>What speaks against a file by what it announces; nothing is unpacked for it.</summary>
    public string? Objection(ReadOnlySpan<byte> file, DataSetKind kind) =>
        Told(ImageFile.Objection(file, LimitsOf(kind)));

    /// <summary>Decodes and frames one in its turn.</summary>
    /// <param name="file">The file.</param>
    /// <param name="kind">What it becomes.</param>
    /// <param name="party">Who sent it.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <returns>The input, or what is wrong with the file; neither where too many wait.</returns>
    public async Task<(GridInput? Input, string? Problem)> ReadAsync(
        ReadOnlyMemory<byte> file, DataSetKind kind, string party, CancellationToken cancellationToken)
    {
        using IDisposable? turn = await _turns.TryTakeAsync(party, Claim.None, cancellationToken);
        if (turn is null) return (null, null);
        ImageDecoding decoding = _decode(file, LimitsOf(kind));
        return decoding.Succeeded
            ? (kind.Framing.Apply(decoding.Image).ToInput(), null)
            : (null, Told(decoding.Problem));
    }

    private static string? Told(string? problem) => problem is null ? null : $"the picture cannot be used: {problem}";

    private ImageLimits LimitsOf(DataSetKind kind)
    {
        long side = kind.Framing.ShorterSide, useful = PixelsForEach * side * side;
        return ImageLimits.Default with
        {
            MaxPixels = limits.PicturePixels ?? Math.Min(MostPixels, useful), MaxScans = MostScans,
        };
    }
}
