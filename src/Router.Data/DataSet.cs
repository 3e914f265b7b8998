namespace Router.Data;

/// <summary>One image of a data set.</summary>
/// <param name="Index">Its position in the data set, from 0.</param>
/// <param name="Image">The pixels, of the data set's shape.</param>
/// <param name="Label">
/// Its class, an index into <see cref="DataSet.LabelNames"/>; null where the data set has no labels.
/// </param>
public sealed record LabelledImage(int Index, Image8 Image, int? Label);

/// <summary>
/// A fixed sequence of images of one shape. Reading is thread-safe, and index i always gives the same image.
/// </summary>
public abstract class DataSet
{
    private protected DataSet(string name, ImageShape shape, IReadOnlyList<string> labelNames)
    {
        Name = name;
        Shape = shape;
        LabelNames = labelNames;
    }

    /// <summary>What reports call this data set, split included: <c>cifar10 test</c>.</summary>
    public string Name { get; }

    /// <summary>The shape of every image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Name of each class by label; empty where images carry no label.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>How many images there are.</summary>
    public abstract int Count { get; }

    /// <summary>The image at a position.</summary>
    /// <param name="index">0 ≤ index &lt; <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    /// <exception cref="InvalidDataException">The image cannot be read; the message names its file.</exception>
    public LabelledImage Read(int index)
    {
        if (index < 0 || index >= Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{Name} has images 0 to {Count - 1}");
        return ReadAt(index);
    }

    private protected abstract LabelledImage ReadAt(int index);
}
