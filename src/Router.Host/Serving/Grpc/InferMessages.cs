using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Inference;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Grpc;

/// <summary>Inference requests and answers of HTTP as messages: what they say is decided there.</summary>
internal static class InferMessages
{
    /// <summary>A request as it was written, but for the values of its inputs.</summary>
    public static InferBody BodyOf(ModelInferRequest message) => new()
    {
        Id = message.Id.Length == 0 ? null : message.Id,
        Parameters = ParametersOf(message.Parameters),
        Inputs = [.. message.Inputs.Select(input => new InputTensor
        {
            Name = input.Name, Shape = [.. input.Shape], Datatype = input.Datatype,
            Parameters = ParametersOf(input.Parameters),
        })],
        Outputs = [.. message.Outputs.Select(output => new RequestedOutput
        {
            Name = output.Name, Parameters = ParametersOf(output.Parameters),
        })],
    };

    /// <summary>
    /// Parameters as JSON has them. A number may come as text: the first version of the protocol knows no fractions.
    /// </summary>
    public static Dictionary<string, JsonElement> ParametersOf(MapField<string, InferParameter> written) =>
        written.ToDictionary(parameter => parameter.Key, parameter => ElementOf(parameter.Value));

    /// <summary>An answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="raw">Whether its outputs come as bytes.</param>
    public static ModelInferResponse Of(InferAnswer answer, bool raw)
    {
        ModelInferResponse message = new()
        {
            ModelName = answer.ModelName, ModelVersion = answer.ModelVersion, Id = answer.Id ?? "",
        };
        foreach ((string name, JsonNode? value) in answer.Parameters)
            message.Parameters[name] = ParameterOf(value!);
        foreach (OutputTensor output in answer.Outputs)
        {
            ModelInferResponse.Types.InferOutputTensor tensor = new()
            {
                Name = output.Name, Datatype = output.Datatype, Shape = { output.Shape.Select(extent => (long)extent) },
            };
            if (raw) message.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(OutputBytes.Of(output)));
            else tensor.Contents = ContentsOf(output);
            message.Outputs.Add(tensor);
        }
        return message;
    }

    private static JsonElement ElementOf(InferParameter parameter) => parameter.ParameterChoiceCase switch
    {
        InferParameter.ParameterChoiceOneofCase.BoolParam => JsonSerializer.SerializeToElement(parameter.BoolParam),
        InferParameter.ParameterChoiceOneofCase.Int64Param => JsonSerializer.SerializeToElement(parameter.Int64Param),
        InferParameter.ParameterChoiceOneofCase.Uint64Param => JsonSerializer.SerializeToElement(parameter.Uint64Param),
        InferParameter.ParameterChoiceOneofCase.DoubleParam when double.IsFinite(parameter.DoubleParam) =>
            JsonSerializer.SerializeToElement(parameter.DoubleParam),
        InferParameter.ParameterChoiceOneofCase.DoubleParam =>
            AddressParameters.Element(parameter.DoubleParam.ToString(CultureInfo.InvariantCulture)),
        InferParameter.ParameterChoiceOneofCase.StringParam => AddressParameters.Element(parameter.StringParam),
        _ => JsonSerializer.SerializeToElement<object?>(null),
    };

    private static InferParameter ParameterOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => new() { BoolParam = (bool)value },
        JsonValueKind.Number when long.TryParse(
            value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) =>
            new() { Int64Param = whole },
        JsonValueKind.Number => new()
        {
            DoubleParam = double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture),
        },
        _ => new() { StringParam = (string)value! },
    };

    private static InferTensorContents ContentsOf(OutputTensor output)
    {
        InferTensorContents contents = new();
        foreach (JsonNode? value in output.Data!)
            switch (output.Datatype)
            {
                case "INT64":
                    contents.Int64Contents.Add((long)value!);
                    break;
                case "FP32":
                    contents.Fp32Contents.Add(OutputBytes.Fp32(value!));
                    break;
                default:
                    contents.BytesContents.Add(ByteString.CopyFromUtf8((string)value!));
                    break;
            }
        return contents;
    }
}

/// <summary>The values of a message's input: in its contents, or in raw bytes beside the inputs.</summary>
/// <param name="contents">Of the input; null where it has none.</param>
/// <param name="raw">Raw bytes, for each input.</param>
/// <param name="name">What the raw bytes are called.</param>
internal sealed class MessageValues(InferTensorContents? contents, IReadOnlyList<ByteString> raw, string name)
    : IInputValues
{
    private const string Raw = "raw_input_contents";

    private readonly bool _hasContents = contents is not null && contents.CalculateSize() > 0;

    /// <summary>Those of a request's one input.</summary>
    public static MessageValues Of(ModelInferRequest message) =>
        new(message.Inputs is [{ Contents: var contents }] ? contents : null, message.RawInputContents, $"{Raw}[0]");

    /// <inheritdoc/>
    public void Check(InputTensor tensor, RequestFaults faults)
    {
        if (raw.Count > 1)
            faults.Add($"{Raw} holds {raw.Count} tensors: accepted is one, as there is one input");
        if (raw.Count > 0 && _hasContents)
            faults.Add($"input '{ImageTensorReader.Name}' has both contents and {Raw}: accepted is one of the two");
        if (tensor.Parameters?.ContainsKey(BinaryTensors.Size) == true)
            faults.Add($"parameter '{BinaryTensors.Size}' has no meaning over gRPC, where bytes know their length");
    }

    /// <inheritdoc/>
    public string? Missing(InputTensor tensor) => raw.Count > 0 || _hasContents
        ? null : $"uint_contents of UINT8, fp32_contents of FP32, or {Raw}";

    /// <inheritdoc/>
    public byte[]? Read(InputTensor tensor, PixelType type, RequestFaults faults)
    {
        if (raw.Count > 0)
            return TensorData.Read(raw[0].Span, $"the length of {name}", tensor.Shape!, type, faults);
        bool isWhole = type.Size == sizeof(byte);
        (string field, int count) = isWhole
            ? ("uint_contents", contents!.UintContents.Count) : ("fp32_contents", contents!.Fp32Contents.Count);
        long expected = tensor.Shape!.Aggregate(1L, (product, extent) => product * extent);
        if (count != expected)
        {
            faults.Add($"{field} holds {count} numbers: shape [{string.Join(",", tensor.Shape!)}] of {type.Name} holds "
                + $"{expected}");
            return null;
        }
        byte[] bytes = new byte[count * type.Size];
        for (int i = 0; i < count; i++)
        {
            if (!isWhole)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * type.Size), contents.Fp32Contents[i]);
                continue;
            }
            uint level = contents.UintContents[i];
            if (level > byte.MaxValue)
            {
                faults.Add($"{field}[{i}] is {level}: {type.Name} holds {type.Values}");
                return null;
            }
            bytes[i] = (byte)level;
        }
        return TensorData.Read(bytes, $"the length of {field}", tensor.Shape!, type, faults);
    }
}
