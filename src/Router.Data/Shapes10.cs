using Router.Data.Rendering;

namespace Router.Data;

/// <summary>
/// Shapes10: ten classes of rendered pictures, 3×32×32, made to show what routing between noise levels does. Labels 0
/// to 4 are told apart by coarse shape and colour, which noise of σ = 1 leaves visible; labels 5 to 9 only by a fine,
/// faint texture, which drowns in it. Pose, palette and clutter are random. An image is a function of seed, split and
/// index alone, in integer arithmetic: the same on every machine and for every count. A figure computed on it says
/// nothing about photographs.
/// </summary>
public sealed class Shapes10 : DataSet
{
    // What tells the key of a block's labels from the key of a picture.
    private const uint LabelSeed = 0x53683130;

    private readonly uint seed;

    /// <summary>A set of the first <paramref name="count"/> images of a split.</summary>
    /// <param name="split">Which half; halves share no image.</param>
    /// <param name="count">How many, ≥ 1. Each ten images from a multiple of ten on hold every class once.</param>
    /// <param name="seed">Another seed gives other images of the same classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public Shapes10(Shapes10Split split, int count, uint seed)
        : base($"{DataSetKind.Shapes10.Name} {(split == Shapes10Split.Train ? "train" : "test")}",
            DataSetKind.Shapes10.Shape, DataSetKind.Shapes10.LabelNames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Split, Count, this.seed) = (split, count, seed);
    }

    /// <summary>
    /// What the name <c>shapes10</c> stands for: 10 000 images to learn from, 2000 to judge by, of one fixed seed.
    /// </summary>
    public static Shapes10 Open(Shapes10Split split) =>
        new(split, split == Shapes10Split.Train ? 10_000 : 2000, seed: 10);

    /// <summary>Which half this is.</summary>
    public Shapes10Split Split { get; }

    /// <inheritdoc/>
    public override int Count { get; }

    private protected override LabelledImage ReadAt(int index)
    {
        int label = Label(index);
        var draws = new Draws(seed, Key(index));
        Canvas canvas = label < 5 ? Scene.Coarse((Outline)label, draws) : Scene.Fine((Texture)(label - 5), draws);
        return new LabelledImage(index, canvas.ToImage(Shape), label);
    }

    // Fisher and Yates' shuffle of 0..9, one per block of ten.
    private int Label(int index)
    {
        var draws = new Draws(seed ^ LabelSeed, Key(index / 10));
        int[] labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        for (int last = 9; last > 0; last--)
        {
            int other = draws.Between(0, last);
            (labels[last], labels[other]) = (labels[other], labels[last]);
        }
        return labels[index % 10];
    }

    // Train has the even keys, test the odd ones.
    private uint Key(int index) => (uint)index << 1 | (Split == Shapes10Split.Test ? 1u : 0u);
}
