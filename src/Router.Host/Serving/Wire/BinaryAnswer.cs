using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Router.Host.Serving.Wire;

/// <summary>An answer with outputs as bytes: JSON, then the tensors in the order of the outputs, little-endian; text with its length before it.</summary>
internal sealed class BinaryAnswer : IResult
{
    private readonly byte[] _json;
    private readonly byte[] _tensors;

    /// <summary>Moves some outputs of an answer behind its JSON.</summary>
    /// <param name="answer">With every output in JSON.</param>
    /// <param name="binary">The names of those that become bytes.</param>
    public BinaryAnswer(InferAnswer answer, IReadOnlyCollection<string> binary)
    {
        using MemoryStream tensors = new();
        OutputTensor[] outputs =
        [
            .. answer.Outputs.Select(output =>
            {
                if (!binary.Contains(output.Name)) return output;
                long before = tensors.Length;
                foreach (JsonNode? value in output.Data!) Write(tensors, output.Datatype, value!);
                return output with { Data = null, Parameters = new((int)(tensors.Length - before)) };
            }),
        ];
        _json = JsonSerializer.SerializeToUtf8Bytes(answer with { Outputs = outputs }, ProtocolJson.Instance.InferAnswer);
        _tensors = tensors.ToArray();
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = _json.Length + _tensors.Length;
        response.Headers[BinaryTensors.Header] = _json.Length.ToString(CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(_json, httpContext.RequestAborted);
        await response.Body.WriteAsync(_tensors, httpContext.RequestAborted);
    }

    private static void Write(MemoryStream tensors, string datatype, JsonNode value)
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        switch (datatype)
        {
            case "INT64":
                BinaryPrimitives.WriteInt64LittleEndian(word, (long)value);
                tensors.Write(word);
                break;
            case "FP32":
                BinaryPrimitives.WriteSingleLittleEndian(word, value.GetValue<object>() is decimal exact ? (float)exact : (float)(double)value);
                tensors.Write(word[..sizeof(float)]);
                break;
            case "BYTES":
                byte[] text = Encoding.UTF8.GetBytes((string)value!);
                BinaryPrimitives.WriteInt32LittleEndian(word, text.Length);
                tensors.Write(word[..sizeof(int)]);
                tensors.Write(text);
                break;
            default:
                throw new InvalidOperationException($"no output has datatype {datatype}");
        }
    }
}
