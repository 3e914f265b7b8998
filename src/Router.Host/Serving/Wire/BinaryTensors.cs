using System.Globalization;
using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>
/// The binary tensor extension (KServe, Triton): JSON first, the tensors' bytes behind it, little-endian.
/// </summary>
internal static class BinaryTensors
{
    /// <summary>The header that says how many bytes of the body are JSON.</summary>
    public const string Header = "Inference-Header-Content-Length";

    /// <summary>Parameter of an input: its bytes behind the JSON.</summary>
    public const string Size = "binary_data_size";

    /// <summary>Parameter of a requested output: whether it is answered as bytes.</summary>
    public const string Data = "binary_data";

    /// <summary>Parameter of a requested output: how many of its best classes are wanted instead of it.</summary>
    public const string Classification = "classification";

    /// <summary>Parameter of a request: the same for every output that does not say.</summary>
    public const string Output = "binary_data_output";

    /// <summary>The length of the JSON part.</summary>
    /// <param name="headers">Of the request.</param>
    /// <param name="body">Bytes of the whole body.</param>
    /// <param name="length">The JSON's; the body's where the header is absent.</param>
    /// <returns>What is wrong with the header, or null.</returns>
    public static string? TryReadLength(IHeaderDictionary headers, int body, out int length)
    {
        length = body;
        if (!headers.TryGetValue(Header, out var written)) return null;
        if (int.TryParse(written.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            && length <= body) return null;
        length = body;
        return $"header {Header} is '{Quoted.Cut(written.ToString())}': accepted are whole numbers up to the length of "
            + $"the body, {body}";
    }

    /// <summary>Whether something is wanted as bytes.</summary>
    /// <param name="parameters">Of a request or of an output.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="otherwise">Where it is not given.</param>
    /// <param name="faults">Receives what is wrong with it.</param>
    public static bool Wanted(
        Dictionary<string, JsonElement>? parameters, string name, bool otherwise, RequestFaults faults)
    {
        if (parameters is null || !parameters.TryGetValue(name, out JsonElement value)) return otherwise;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        faults.Add($"parameter '{name}' is {Quoted.Cut(value.GetRawText())}: accepted are true and false");
        return otherwise;
    }

    /// <summary>
    /// Refuses the best classes of an output instead of it; 0 of them asks for the output (Triton's classification
    /// extension).
    /// </summary>
    public static void RefuseClassification(
        Dictionary<string, JsonElement>? parameters, string output, RequestFaults faults)
    {
        if (parameters is null || !parameters.TryGetValue(Classification, out JsonElement value)) return;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long classes) && classes == 0) return;
        faults.Add($"parameter '{Classification}' of {output} is {Quoted.Cut(value.GetRawText())}: "
            + "accepted is 0, which asks for the output as it is");
    }
}

/// <summary>A body as it came: JSON, and the bytes of tensors behind it.</summary>
/// <param name="body">The whole of it.</param>
/// <param name="jsonLength">How many bytes of it are JSON.</param>
internal sealed class BodyParts(ReadOnlyMemory<byte> body, int jsonLength) : IInputValues
{
    /// <summary>JSON in UTF-8.</summary>
    public ReadOnlySpan<byte> Json => body.Span[..jsonLength];

    private ReadOnlySpan<byte> Tensors => body.Span[jsonLength..];

    // There is one tensor: all bytes behind the JSON are its own.
    /// <inheritdoc/>
    public void Check(InputTensor tensor, RequestFaults faults)
    {
        int behind = Tensors.Length;
        if (tensor.Parameters is null || !tensor.Parameters.TryGetValue(BinaryTensors.Size, out JsonElement value))
        {
            if (behind > 0) faults.Add($"{behind} bytes follow the JSON, but input '{ImageTensorReader.Name}' has no "
                + $"parameter {BinaryTensors.Size}");
            return;
        }
        if (tensor.Data is not null)
            faults.Add($"input '{ImageTensorReader.Name}' has both data and {BinaryTensors.Size}: accepted is one of "
                + "the two");
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int size) || size < 0)
            faults.Add($"parameter '{BinaryTensors.Size}' is {Quoted.Cut(value.GetRawText())}: accepted are whole "
                + $"numbers from 0");
        else if (size != behind)
            faults.Add($"{BinaryTensors.Size} is {size}, but {behind} bytes follow the JSON: header "
                + $"{BinaryTensors.Header} says where it ends");
    }

    /// <inheritdoc/>
    public string? Missing(InputTensor tensor) =>
        tensor.Data is null && tensor.Parameters?.ContainsKey(BinaryTensors.Size) != true
            ? "a list of numbers, flat or nested as the shape" : null;

    /// <inheritdoc/>
    public byte[]? Read(InputTensor tensor, PixelType type, RequestFaults faults) => tensor.Data is { } data
        ? TensorData.ReadJson(Json.Slice(data.Start, data.Length), tensor.Shape!, type, faults)
        : TensorData.Read(Tensors, BinaryTensors.Size, tensor.Shape!, type, faults);
}
