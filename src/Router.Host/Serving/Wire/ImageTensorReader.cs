using System.Collections.Immutable;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>Where the values of a request's input stand.</summary>
internal interface IInputValues
{
    /// <summary>Tells what is wrong with where they stand.</summary>
    void Check(InputTensor tensor, RequestFaults faults);

    /// <summary>What would be right where there are none; null where there are some.</summary>
    string? Missing(InputTensor tensor);

    /// <summary>Reads them all, row-major.</summary>
    /// <param name="tensor">The tensor, whose shape is one that is accepted.</param>
    /// <param name="type">What they are.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>The levels; null where something is wrong.</returns>
    byte[]? Read(InputTensor tensor, PixelType type, RequestFaults faults);
}

/// <summary>Reads the input tensor: one image, or a batch of them along the first axis.</summary>
internal static class ImageTensorReader
{
    /// <summary>The input's name.</summary>
    public const string Name = "image";

    /// <summary>Reads it.</summary>
    /// <param name="values">Where its values stand.</param>
    /// <param name="tensor">The tensor as written.</param>
    /// <param name="imageShape">(channels, height, width).</param>
    /// <param name="mostImages">Images of one request.</param>
    /// <param name="foreign">Receives parameters that are none of an input.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static ImmutableArray<GridInput> Read(
        IInputValues values, InputTensor tensor, ImmutableArray<int> imageShape, int mostImages,
        ForeignParameters foreign, RequestFaults faults)
    {
        int faultsBefore = faults.Count;
        if (tensor.Name != Name)
            faults.Add($"there is no input '{Quoted.Cut(tensor.Name ?? "")}': accepted is '{Name}'");
        foreach (string key in tensor.Unknown?.Keys ?? Enumerable.Empty<string>())
            faults.Add(
                $"input '{Name}' has no '{Quoted.Cut(key)}': accepted are name, shape, datatype, parameters, data");
        foreign.Take(tensor.Parameters?.Keys, [BinaryTensors.Size], $"input '{Name}' has no parameter", faults);
        values.Check(tensor, faults);
        CheckShape(tensor.Shape, imageShape, mostImages, faults);
        PixelType? type = PixelType.Find(tensor.Datatype);
        if (type is null)
            faults.Add($"datatype '{Quoted.Cut(tensor.Datatype ?? "")}' is not offered: accepted are "
                + $"{string.Join(", ", PixelType.All.Select(known => $"{known.Name} ({known.Values})"))}");
        if (values.Missing(tensor) is { } expected)
            faults.Add($"input '{Name}' has no data: expected {expected}");
        if (faults.Count > faultsBefore) return [];
        if (values.Read(tensor, type!, faults) is not { } levels) return [];
        int size = imageShape.Aggregate(1, (product, extent) => product * extent);
        return [.. Enumerable.Range(0, levels.Length / size)
            .Select(i => new GridInput(levels.AsSpan(i * size, size).ToArray(), imageShape))];
    }

    private static void CheckShape(long[]? shape, ImmutableArray<int> imageShape, int mostImages, RequestFaults faults)
    {
        bool single = shape is not null && shape.SequenceEqual(imageShape.Select(extent => (long)extent));
        bool batch = shape is { Length: > 1 } && shape[0] >= 1
            && shape[1..].SequenceEqual(imageShape.Select(extent => (long)extent));
        string image = string.Join(",", imageShape);
        if (!single && !batch)
            faults.Add($"shape is [{(shape is null ? "" : Quoted.Cut(string.Join(",", shape)))}]: accepted are "
                + $"[{image}] and [n,{image}] with n from 1 to {mostImages}");
        else if (batch && shape![0] > mostImages)
            faults.Add($"shape asks for {shape[0]} images: accepted are at most {mostImages} in one request; send the "
                + $"others in another");
    }
}
