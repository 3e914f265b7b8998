using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>Reads a tensor's numbers, row-major: a flat list, or lists nested exactly as the shape, or bytes.</summary>
internal static class TensorData
{
    /// <summary>Reads all of them from bytes.</summary>
    /// <param name="bytes">Values, little-endian.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="type">What the values are.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>The levels; null where something is wrong.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> bytes, long[] shape, PixelType type, RequestFaults faults)
    {
        long count = shape.Aggregate(1L, (product, extent) => product * extent);
        if (bytes.Length != count * type.Size)
        {
            faults.Add($"{BinaryTensors.Size} is {bytes.Length}: shape [{string.Join(",", shape)}] of {type.Name} takes {count * type.Size} bytes");
            return null;
        }
        byte[] levels = new byte[count];
        for (int i = 0; i < levels.Length; i++)
        {
            if (type.TryRead(bytes.Slice(i * type.Size, type.Size), out levels[i]) is not { } fault) continue;
            faults.Add($"value {i} is {fault}");
            return null;
        }
        return levels;
    }

    /// <summary>Reads all of them from JSON.</summary>
    /// <param name="text">A JSON array, already known to be well-formed.</param>
    /// <param name="shape">The extents, at least two of them.</param>
    /// <param name="type">What the numbers are.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>The levels; null where something is wrong.</returns>
    public static byte[]? ReadJson(ReadOnlySpan<byte> text, long[] shape, PixelType type, RequestFaults faults)
    {
        byte[] levels = new byte[shape.Aggregate(1L, (product, extent) => product * extent)];
        // Items of each open list so far; numbers stand at depth 1 (flat) or at the shape's rank (nested), as the first one does.
        long[] items = new long[shape.Length + 1];
        int depth = 0, numbers = 0, leaf = 0;
        Utf8JsonReader reader = new(text);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when leaf != 0 ? depth < leaf : depth < shape.Length:
                    items[depth++]++;
                    items[depth] = 0;
                    break;
                case JsonTokenType.EndArray when leaf == 1 ? numbers == levels.Length : items[depth] == shape[depth - 1]:
                    depth--;
                    break;
                case JsonTokenType.EndArray:
                    faults.Add(leaf <= 1
                        ? $"data holds {numbers} numbers: shape [{string.Join(",", shape)}] holds {levels.Length}"
                        : $"a list of data at depth {depth} holds {items[depth]} items: shape [{string.Join(",", shape)}] has {shape[depth - 1]} there");
                    return null;
                case JsonTokenType.Number when depth == (leaf == 0 ? depth : leaf) && (depth == 1 || depth == shape.Length):
                    leaf = depth;
                    items[depth]++;
                    if (numbers == levels.Length)
                    {
                        faults.Add($"data holds more than {levels.Length} numbers: shape [{string.Join(",", shape)}] holds {levels.Length}");
                        return null;
                    }
                    if (type.TryRead(ref reader, out levels[numbers]) is { } fault)
                    {
                        faults.Add($"data[{numbers}] is {fault}");
                        return null;
                    }
                    numbers++;
                    break;
                case JsonTokenType.Number or JsonTokenType.StartArray:
                    faults.Add($"data is nested neither flat nor as shape [{string.Join(",", shape)}] says, at number {numbers}");
                    return null;
                default:
                    faults.Add($"data holds something that is no number, after {numbers} numbers: {type.Name} holds {type.Values}");
                    return null;
            }
        }
        return levels;
    }
}
