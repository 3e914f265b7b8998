using Router.Data;

namespace Router.Training.Batches;

/// <summary>
/// Random crop out of an image padded with black, and horizontal flip: Cohen's augmentation beside the noise.
/// </summary>
/// <param name="Padding">Black pixels on each side, ≥ 0; 4 for CIFAR-10.</param>
/// <param name="Flip">Whether every second image is mirrored.</param>
public sealed record Augmentation(int Padding, bool Flip)
{
    /// <summary>Images as they are.</summary>
    public static Augmentation None { get; } = new(0, Flip: false);

    /// <summary>Crop with a padding of 4, and flip.</summary>
    public static Augmentation Cifar { get; } = new(4, Flip: true);

    /// <summary>Writes an image, channels last and scaled to [0,1].</summary>
    /// <param name="source">Planar CHW, 0..255.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="word">64 random bits that decide crop and flip.</param>
    /// <param name="target">As long as <paramref name="source"/>: HWC.</param>
    internal void Write(ReadOnlySpan<byte> source, ImageShape shape, ulong word, Span<float> target)
    {
        uint places = 2 * (uint)Padding + 1;
        int down = (int)((word & 0xFFFF) * places >> 16) - Padding,
            right = (int)((word >> 16 & 0xFFFF) * places >> 16) - Padding;
        bool mirrored = Flip && (word >> 32 & 1) == 1;
        for (int y = 0; y < shape.Height; y++)
            for (int x = 0; x < shape.Width; x++)
            {
                int fromY = y + down, fromX = (mirrored ? shape.Width - 1 - x : x) + right;
                bool inside = (uint)fromY < (uint)shape.Height && (uint)fromX < (uint)shape.Width;
                for (int channel = 0; channel < shape.Channels; channel++)
                    target[(y * shape.Width + x) * shape.Channels + channel] = inside
                        ? source[(channel * shape.Height + fromY) * shape.Width + fromX] / 255f
                        : 0;
            }
    }
}
