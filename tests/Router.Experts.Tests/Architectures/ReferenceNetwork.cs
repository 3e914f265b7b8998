using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Router.Engine;
using Router.Experts.Checkpoints;
using Tests;

namespace Router.Experts.Tests.Architectures;

/// <summary>
/// A network whose weights follow a formula that both sides compute, with PyTorch's answers: written by
/// <c>Architectures/reference/make_reference.py</c>.
/// </summary>
internal sealed class ReferenceNetwork
{
    private readonly JsonElement _json;

    private ReferenceNetwork(JsonElement json) => _json = json;

    public string Architecture => _json.GetProperty("architecture").GetString()!;

    public int[] InputShape => [.. _json.GetProperty("inputShape").EnumerateArray().Select(size => size.GetInt32())];

    public float[][] Logits => [.. _json.GetProperty("logits").EnumerateArray()
        .Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];

    public static ReferenceNetwork Read(string name)
    {
        string path = Path.Combine(
            Reference.Root, "tests", "Router.Experts.Tests", "Architectures", "reference", name + ".json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        return new(document.RootElement.Clone());
    }

    /// <summary>The weights by the formula.</summary>
    public Checkpoint Checkpoint()
    {
        Dictionary<string, NamedTensor> tensors = [];
        foreach ((int t, JsonElement tensor) in _json.GetProperty("tensors").EnumerateArray().Index())
        {
            string name = tensor.GetProperty("name").GetString()!;
            ImmutableArray<long> shape = [
                .. tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            float[] values = Values(t, tensor.GetProperty("kind").GetString()!, shape);
            tensors.Add(name, new(name, ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        }
        return new(CheckpointLayout.SafeTensors, tensors, new Dictionary<string, string>(),
            new(CheckpointFamily.Bare, "", InputLayerHint.Unknown), sha256: "");
    }

    /// <summary>Input k, planar, on the 8-bit grid: level i is (37 i + 11 k) mod 256.</summary>
    public byte[] Input(int k)
    {
        int[] shape = InputShape;
        return [.. Enumerable.Range(0, shape[0] * shape[1] * shape[2]).Select(i => (byte)((37 * i + 11 * k) % 256))];
    }

    private static float[] Values(int t, string kind, ImmutableArray<long> shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        float[] values = new float[count];
        for (long i = 0; i < count; i++)
        {
            double v = (7919 * i + 104729L * t + 12345) % 65521 / 65521.0 - 0.5;
            values[i] = (float)(kind switch
            {
                "conv" => v * (2 * Math.Sqrt(3) * Math.Sqrt(2.0 / (shape[1] * shape[2] * shape[3]))),
                "fcWeight" => v * (2 * Math.Sqrt(3) / Math.Sqrt(shape[1])),
                "bnWeight" => 1 + 0.2 * v,
                "lastBnWeight" => 0.25 * (1 + 0.2 * v),
                "runningVar" => 1 + 0.5 * v,
                _ => 0.2 * v,
            });
        }
        return values;
    }
}
