using System.Collections.Immutable;
using Router.Host.Serving.Protocol;
using Router.Smoothing;

namespace Router.Host.Serving.Requests;

/// <summary>Reads the input tensor: one image, or a batch of them along the first axis.</summary>
internal static class ImageTensorReader
{
    /// <summary>The input's name.</summary>
    public const string Name = "image";

    /// <summary>Reads it.</summary>
    /// <param name="body">The whole body: the tensor's data stand in it.</param>
    /// <param name="tensor">The tensor as written.</param>
    /// <param name="imageShape">(channels, height, width).</param>
    /// <param name="mostImages">Images of one request.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static ImmutableArray<GridInput> Read(
        ReadOnlySpan<byte> body, InputTensor tensor, ImmutableArray<int> imageShape, int mostImages, RequestFaults faults)
    {
        int faultsBefore = faults.Count;
        if (tensor.Name != Name)
            faults.Add($"there is no input '{Quoted.Cut(tensor.Name ?? "")}': accepted is '{Name}'");
        foreach (string key in tensor.Unknown?.Keys ?? Enumerable.Empty<string>())
            faults.Add($"input '{Name}' has no '{Quoted.Cut(key)}': accepted are name, shape, datatype, parameters, data");
        BinaryTensors.Refuse(tensor.Parameters, $"input '{Name}'", faults);
        CheckShape(tensor.Shape, imageShape, mostImages, faults);
        PixelType? type = PixelType.Find(tensor.Datatype);
        if (type is null)
            faults.Add($"datatype '{Quoted.Cut(tensor.Datatype ?? "")}' is not offered: accepted are {string.Join(", ", PixelType.All.Select(known => $"{known.Name} ({known.Values})"))}");
        if (tensor.Data is null)
            faults.Add($"input '{Name}' has no data: expected a list of numbers, flat or nested as the shape");
        if (faults.Count > faultsBefore) return [];
        TextRange data = tensor.Data!.Value;
        byte[]? levels = TensorData.Read(body.Slice(data.Start, data.Length), tensor.Shape!, type!, faults);
        if (levels is null) return [];
        int size = imageShape.Aggregate(1, (product, extent) => product * extent);
        return [.. Enumerable.Range(0, levels.Length / size).Select(i => new GridInput(levels.AsMemory(i * size, size), imageShape))];
    }

    private static void CheckShape(long[]? shape, ImmutableArray<int> imageShape, int mostImages, RequestFaults faults)
    {
        bool single = shape is not null && shape.SequenceEqual(imageShape.Select(extent => (long)extent));
        bool batch = shape is { Length: > 1 } && shape[0] >= 1 && shape[1..].SequenceEqual(imageShape.Select(extent => (long)extent));
        string image = string.Join(",", imageShape);
        if (!single && !batch)
            faults.Add($"shape is [{(shape is null ? "" : Quoted.Cut(string.Join(",", shape)))}]: accepted are [{image}] and [n,{image}] with n from 1 to {mostImages}");
        else if (batch && shape![0] > mostImages)
            faults.Add($"shape asks for {shape[0]} images: accepted are at most {mostImages} in one request; send the others in another");
    }
}
