using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Router.Data;

namespace Router.Training.Batches;

/// <summary>Labelled images in memory, as they are cut into batches.</summary>
public sealed class TrainingImages
{
    private readonly byte[] _pixels;
    private readonly int[] _labels;

    internal TrainingImages(string name, ImageShape shape, int[] indices, int[] labels, byte[] pixels) =>
        (Name, Shape, Indices, _labels, _pixels) = (name, shape, indices, labels, pixels);

    /// <summary>The data set's name, and which of its images.</summary>
    public string Name { get; }

    /// <summary>Channels × height × width.</summary>
    public ImageShape Shape { get; }

    /// <summary>How many.</summary>
    public int Count => _labels.Length;

    /// <summary>Their positions in the data set.</summary>
    public IReadOnlyList<int> Indices { get; }

    /// <summary>SHA-256 of pixels and labels, hexadecimal.</summary>
    public string Hash
    {
        get
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(_pixels);
            hash.AppendData(MemoryMarshal.AsBytes<int>(_labels));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The class of the image in a row.</summary>
    public int Label(int row) => _labels[row];

    /// <summary>The pixels of the image in a row: planar CHW, 0..255.</summary>
    internal ReadOnlySpan<byte> Pixels(int row) => _pixels.AsSpan(row * Shape.Length, Shape.Length);

    /// <summary>Some of them.</summary>
    /// <param name="rows">Which, in the order of the new rows.</param>
    internal TrainingImages Only(IReadOnlyCollection<int> rows)
    {
        byte[] pixels = new byte[(long)rows.Count * Shape.Length];
        foreach ((int to, int row) in rows.Index())
            Pixels(row).CopyTo(pixels.AsSpan(to * Shape.Length));
        return new(Name, Shape, [.. rows.Select(row => Indices[row])], [.. rows.Select(Label)], pixels);
    }

    /// <summary>Reads images of a data set.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="indices">Which, in the order of the rows.</param>
    /// <param name="classes">Labels must be below.</param>
    /// <exception cref="InvalidDataException">
    /// An image has no label or one that is none of the classes, or there is no image at all.
    /// </exception>
    public static TrainingImages Read(DataSet data, IEnumerable<int> indices, int classes)
    {
        int[] chosen = [.. indices];
        if (chosen.Length == 0)
            throw new InvalidDataException($"{data.Name}: no image is left to train on");
        byte[] pixels = new byte[(long)chosen.Length * data.Shape.Length];
        int[] labels = new int[chosen.Length];
        for (int row = 0; row < chosen.Length; row++)
        {
            LabelledImage image = data.Read(chosen[row]);
            labels[row] = image.Label is { } label && label >= 0 && label < classes
                ? label
                : throw new InvalidDataException($"{data.Name}, image {image.Index}: its label is "
                    + $"{image.Label?.ToString() ?? "missing"}, expected 0 to {classes - 1}");
            image.Image.Pixels.Span.CopyTo(pixels.AsSpan(row * data.Shape.Length));
        }
        return new(data.Name, data.Shape, chosen, labels, pixels);
    }
}
