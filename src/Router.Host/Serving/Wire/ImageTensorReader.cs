using System.Collections.Immutable;
using System.Text.Json;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>Reads the input tensor: one image, or a batch of them along the first axis.</summary>
internal static class ImageTensorReader
{
    /// <summary>The input's name.</summary>
    public const string Name = "image";

    /// <summary>Reads it.</summary>
    /// <param name="body">The whole body: the tensor's data stand in its JSON or behind it.</param>
    /// <param name="tensor">The tensor as written.</param>
    /// <param name="imageShape">(channels, height, width).</param>
    /// <param name="mostImages">Images of one request.</param>
    /// <param name="foreign">Receives parameters that are none of an input.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static ImmutableArray<GridInput> Read(
        BodyParts body, InputTensor tensor, ImmutableArray<int> imageShape, int mostImages, ForeignParameters foreign,
        RequestFaults faults)
    {
        int faultsBefore = faults.Count;
        if (tensor.Name != Name)
            faults.Add($"there is no input '{Quoted.Cut(tensor.Name ?? "")}': accepted is '{Name}'");
        foreach (string key in tensor.Unknown?.Keys ?? Enumerable.Empty<string>())
            faults.Add(
                $"input '{Name}' has no '{Quoted.Cut(key)}': accepted are name, shape, datatype, parameters, data");
        foreign.Take(tensor.Parameters?.Keys, [BinaryTensors.Size], $"input '{Name}' has no parameter", faults);
        CheckSize(tensor, body.Tensors.Length, faults);
        CheckShape(tensor.Shape, imageShape, mostImages, faults);
        PixelType? type = PixelType.Find(tensor.Datatype);
        if (type is null)
            faults.Add($"datatype '{Quoted.Cut(tensor.Datatype ?? "")}' is not offered: accepted are "
                + $"{string.Join(", ", PixelType.All.Select(known => $"{known.Name} ({known.Values})"))}");
        if (tensor.Data is null && tensor.Parameters?.ContainsKey(BinaryTensors.Size) != true)
            faults.Add($"input '{Name}' has no data: expected a list of numbers, flat or nested as the shape");
        if (faults.Count > faultsBefore) return [];
        byte[]? levels = tensor.Data is { } data
            ? TensorData.ReadJson(body.Json.Slice(data.Start, data.Length), tensor.Shape!, type!, faults)
            : TensorData.Read(body.Tensors, tensor.Shape!, type!, faults);
        if (levels is null) return [];
        int size = imageShape.Aggregate(1, (product, extent) => product * extent);
        return [.. Enumerable.Range(0, levels.Length / size)
            .Select(i => new GridInput(levels.AsSpan(i * size, size).ToArray(), imageShape))];
    }

    // There is one tensor: all bytes behind the JSON are its own.
    private static void CheckSize(InputTensor tensor, int behind, RequestFaults faults)
    {
        if (tensor.Parameters is null || !tensor.Parameters.TryGetValue(BinaryTensors.Size, out JsonElement value))
        {
            if (behind > 0) faults.Add(
                $"{behind} bytes follow the JSON, but input '{Name}' has no parameter {BinaryTensors.Size}");
            return;
        }
        if (tensor.Data is not null)
            faults.Add($"input '{Name}' has both data and {BinaryTensors.Size}: accepted is one of the two");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int size) || size < 0)
            faults.Add($"parameter '{BinaryTensors.Size}' is {Quoted.Cut(value.GetRawText())}: accepted are whole "
                + $"numbers from 0");
        else if (size != behind)
            faults.Add($"{BinaryTensors.Size} is {size}, but {behind} bytes follow the JSON: header "
                + $"{BinaryTensors.Header} says where it ends");
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
