using static TorchSharp.torch;

namespace Votes.Bench;

/// <summary>The image that all vote on, and how one draws its noise without our code: <c>randn</c>.</summary>
internal sealed class Noise : IDisposable
{
    public const string Sigma = "0.25";

    private readonly Tensor _image, _sigma = tensor(.25f);

    public Noise(int side) => _image = Pixels([Image(side)], side);

    /// <summary>Some levels, the same at every call.</summary>
    public static byte[] Image(int side, int which = 0) =>
        [.. Enumerable.Range(0, 3 * side * side).Select(i => (byte)(((i * 7) + (i / side * 13) + (which * 37)) % 256))];

    /// <summary>Images in [0, 1]; the caller's scope owns them.</summary>
    public static Tensor Pixels(IReadOnlyList<byte[]> levels, int side) =>
        tensor([.. levels.SelectMany(one => one).Select(level => level / 255f)]).view(-1, 3, side, side);

    /// <summary>Noisy images; the caller's scope owns them.</summary>
    public Tensor Draw(long count)
    {
        Tensor batch = _image.repeat(count, 1, 1, 1);
        return batch + (randn_like(batch) * _sigma);
    }

    public void Dispose()
    {
        _image.Dispose();
        _sigma.Dispose();
    }
}
