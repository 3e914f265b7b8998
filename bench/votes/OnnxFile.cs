using System.Runtime.InteropServices;
using Google.Protobuf;
using Router.Engine;

namespace Votes.Bench;

/// <summary>
/// A network as ONNX (opset 17), the graph that <c>torch.onnx.export</c> writes of it with its input layer: field
/// numbers are those of onnx.proto.
/// </summary>
internal sealed class OnnxFile
{
    public const string Input = "image", Output = "logits";

    private const int Float = 1, OfFloat = 1, OfInt = 2, OfInts = 7;

    private readonly ProtoMessage _graph = new();
    private readonly IReadOnlyDictionary<string, NamedTensor> _weights;
    private int _names;

    private OnnxFile(IReadOnlyDictionary<string, NamedTensor> weights) => _weights = weights;

    /// <summary>The file's bytes.</summary>
    public static byte[] Of(
        ResNetPlan plan, IReadOnlyDictionary<string, NamedTensor> weights, InputLayer.Standardize input) =>
        new OnnxFile(weights).Write(plan, input);

    private byte[] Write(ResNetPlan plan, InputLayer.Standardize input)
    {
        Constant("mean", [1, 3, 1, 1], MemoryMarshal.AsBytes<float>(input.Mean.ToArray()));
        Constant("sd", [1, 3, 1, 1], MemoryMarshal.AsBytes<float>(input.Sd.ToArray()));
        string x = Node("Div", [Node("Sub", [Input, "mean"]), "sd"]);
        x = Node("Relu", [Normalized(plan.Stem, x)]);
        if (plan.Pools)
            x = Node("MaxPool", [x], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1));
        foreach (Block block in plan.Blocks)
        {
            string way = x;
            foreach (Layer layer in block.Way)
                way = Normalized(layer, layer == block.Way[0] ? way : Node("Relu", [way]));
            x = Node("Relu", [Node("Add", [way, block.Projection is { } one ? Normalized(one, x) : x])]);
        }
        x = Node("Flatten", [Node("GlobalAveragePool", [x])], Int("axis", 1));
        Node("Gemm", [x, Weight("fc.weight"), Weight("fc.bias")], Output, Int("transB", 1));
        _graph.Add(2, plan.Architecture)
            .Add(11, Value(Input, 3, plan.Side, plan.Side))
            .Add(12, Value(Output, plan.Classes));
        return new ProtoMessage().Add(1, 8).Add(8, new ProtoMessage().Add(2, 17)).Add(7, _graph).ToBytes();
    }

    private string Normalized(Layer layer, string x)
    {
        int pad = layer.Size / 2;
        string y = Node("Conv", [x, Weight($"{layer.Name}.weight")], Ints("kernel_shape", layer.Size, layer.Size),
            Ints("strides", layer.Stride, layer.Stride), Ints("pads", pad, pad, pad, pad));
        string[] norm = [.. ((string[])["weight", "bias", "running_mean", "running_var"])
            .Select(part => Weight($"{layer.Norm}.{part}"))];
        ProtoMessage epsilon = new ProtoMessage().Add(1, "epsilon").Add(2, 1e-5f).Add(20, OfFloat);
        return Node("BatchNormalization", [y, .. norm], epsilon);
    }

    private string Weight(string name)
    {
        NamedTensor tensor = _weights[name];
        Constant(name, [.. tensor.Shape], tensor.Bytes.Span);
        return name;
    }

    private void Constant(string name, long[] shape, ReadOnlySpan<byte> values)
    {
        ProtoMessage tensor = new();
        foreach (long size in shape) tensor.Add(1, size);
        _graph.Add(5, tensor.Add(2, Float).Add(8, name).Add(9, values));
    }

    private string Node(string kind, string[] inputs, params ProtoMessage[] attributes) =>
        Node(kind, inputs, $"x{_names++}", attributes);

    private string Node(string kind, string[] inputs, string output, params ProtoMessage[] attributes)
    {
        ProtoMessage node = new();
        foreach (string input in inputs) node.Add(1, input);
        node.Add(2, output).Add(4, kind);
        foreach (ProtoMessage attribute in attributes) node.Add(5, attribute);
        _graph.Add(1, node);
        return output;
    }

    private static ProtoMessage Int(string name, long value) =>
        new ProtoMessage().Add(1, name).Add(3, value).Add(20, OfInt);

    private static ProtoMessage Ints(string name, params long[] values)
    {
        ProtoMessage attribute = new ProtoMessage().Add(1, name);
        foreach (long value in values) attribute.Add(8, value);
        return attribute.Add(20, OfInts);
    }

    // Any number of images.
    private static ProtoMessage Value(string name, params long[] sizes)
    {
        ProtoMessage shape = new ProtoMessage().Add(1, new ProtoMessage().Add(2, "images"));
        foreach (long size in sizes) shape.Add(1, new ProtoMessage().Add(1, size));
        ProtoMessage tensor = new ProtoMessage().Add(1, Float).Add(2, shape);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }
}

/// <summary>A protobuf message, written field by field.</summary>
internal sealed class ProtoMessage
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _stream;

    public ProtoMessage() => _stream = new(_bytes);

    public ProtoMessage Add(int field, long value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Varint);
        _stream.WriteInt64(value);
        return this;
    }

    public ProtoMessage Add(int field, float value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Fixed32);
        _stream.WriteFloat(value);
        return this;
    }

    public ProtoMessage Add(int field, string text)
    {
        _stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _stream.WriteString(text);
        return this;
    }

    public ProtoMessage Add(int field, ReadOnlySpan<byte> bytes)
    {
        _stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _stream.WriteBytes(ByteString.CopyFrom(bytes));
        return this;
    }

    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, message.ToBytes());

    public byte[] ToBytes()
    {
        _stream.Flush();
        return _bytes.ToArray();
    }
}
