using Router.Data.Rendering;

namespace Router.Data;

/// <summary>
/// Rendered patterns, 3×32×32: coloured gradients, stripes, checks, discs and rings that belong to no class. They let a demonstration run where
/// no data set is installed; a figure computed on them says nothing about a classifier. Image i is the same on every machine and for every count.
/// </summary>
public sealed class Patterns : DataSet
{
    private const int Side = 32;

    private readonly int count;

    /// <summary>A set of the first <paramref name="count"/> patterns.</summary>
    /// <param name="count">How many, ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public Patterns(int count)
        : base("rendered patterns", new ImageShape(3, Side, Side), labelNames: [])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        this.count = count;
    }

    // How much of the second colour, 0..255, stands at a pixel; phase shifts and sizes the motif.
    private delegate int Motif(int x, int y, int phase);

    /// <inheritdoc/>
    public override int Count => count;

    private static Motif[] Motifs { get; } =
    [
        (x, y, phase) => (phase % 2 == 0 ? x : y) * 255 / (Side - 1),
        (x, y, _) => (x + y) * 255 / (2 * (Side - 1)),
        (x, _, phase) => x / (2 + phase % 5) % 2 * 255,
        (x, y, phase) => (x + y) / (2 + phase % 5) % 2 * 255,
        (x, y, phase) => (x / (3 + phase % 4) + y / (3 + phase % 4)) % 2 * 255,
        (x, y, phase) => Radius2(x, y) < Square(8 + phase % 6) * 4 ? 255 : 0,
        (x, y, phase) => Radius2(x, y) < Square(13) * 4 && Radius2(x, y) > Square(5 + phase % 5) * 4 ? 255 : 0,
        (x, y, _) => Math.Max(0, 255 - Radius2(x, y) * 255 / (Side * Side)),
    ];

    private protected override LabelledImage ReadAt(int index)
    {
        uint hash = Murmur.Mix((uint)index);
        uint from = Murmur.Mix(hash), to = Murmur.Mix(from);
        Motif motif = Motifs[index % Motifs.Length];
        byte[] pixels = new byte[Shape.Length];
        for (int channel = 0; channel < Shape.Channels; channel++)
        {
            int a = (byte)(from >> (8 * channel)), b = (byte)(to >> (8 * channel));
            for (int y = 0; y < Side; y++)
                for (int x = 0; x < Side; x++)
                    pixels[(channel * Side + y) * Side + x] = (byte)(a + (b - a) * motif(x, y, (int)(hash >> 8 & 0xFF)) / 255);
        }
        return new LabelledImage(index, new Image8(Shape, pixels), Label: null);
    }

    // Squared distance from the centre of the image, in half pixels.
    private static int Radius2(int x, int y) => Square(2 * x - (Side - 1)) + Square(2 * y - (Side - 1));

    private static int Square(int value) => value * value;
}
