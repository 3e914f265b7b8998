using System.Collections.Immutable;
using System.Text.Json;
using Router.Engine;

namespace Router.Experts.Checkpoints;

/// <summary>One tensor of a safetensors header: its bytes are [Begin, End) of what follows the header.</summary>
internal sealed record SafeTensorsEntry(
    string Name, ElementType Type, ImmutableArray<long> Shape, long Begin, long End);

/// <summary>The JSON header of a safetensors file. Every fault names its place in the file.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The length of the header stands in the first eight bytes.</summary>
    public const int Start = 8;

    private static readonly (string Name, ElementType Type)[] Types =
    [
        ("F32", ElementType.Float32), ("F64", ElementType.Float64), ("F16", ElementType.Float16),
        ("BF16", ElementType.BFloat16),
        ("I64", ElementType.Int64), ("I32", ElementType.Int32), ("I16", ElementType.Int16), ("I8", ElementType.Int8),
        ("U8", ElementType.UInt8), ("BOOL", ElementType.Bool),
    ];

    public OrderedDictionary<string, SafeTensorsEntry> Entries { get; } = [];

    public OrderedDictionary<string, string> Metadata { get; } = [];

    public static string NameOf(ElementType type) => Array.Find(Types, t => t.Type == type).Name;

    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, ByteCursor file)
    {
        SafeTensorsHeader header = new();
        Utf8JsonReader reader = new(json);
        try
        {
            Expect(ref reader, JsonTokenType.StartObject, file);
            bool metadata = false;
            while (Key(ref reader, file) is { } name)
            {
                bool fresh = name == "__metadata__" ? !metadata : !header.Entries.ContainsKey(name);
                if (!fresh)
                    throw Fault(ref reader, file, $"'{name}' occurs twice");
                if (name == "__metadata__")
                    metadata = header.ReadMetadata(ref reader, file);
                else
                    header.Entries.Add(name, Entry(name, ref reader, file));
            }
            if (reader.Read())
                throw Fault(ref reader, file, "something follows the header's object");
            return header;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw file.Fault(Start + reader.BytesConsumed, $"the header is not JSON in UTF-8: {fault.Message}", fault);
        }
    }

    private bool ReadMetadata(ref Utf8JsonReader reader, ByteCursor file)
    {
        Expect(ref reader, JsonTokenType.StartObject, file);
        while (Key(ref reader, file) is { } key)
        {
            Expect(ref reader, JsonTokenType.String, file);
            if (!Metadata.TryAdd(key, reader.GetString()!))
                throw Fault(ref reader, file, $"'{key}' occurs twice in __metadata__");
        }
        return true;
    }

    private static SafeTensorsEntry Entry(string name, ref Utf8JsonReader reader, ByteCursor file)
    {
        Expect(ref reader, JsonTokenType.StartObject, file);
        long at = reader.TokenStartIndex;
        ElementType? type = null;
        ImmutableArray<long>? shape = null, offsets = null;
        while (Key(ref reader, file) is { } key)
            switch (key)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, file);
                    string text = reader.GetString()!;
                    type = Array.Exists(Types, t => t.Name == text)
                        ? Array.Find(Types, t => t.Name == text).Type
                        : throw Fault(
                            ref reader, file,
                            $"'{name}' has dtype '{text}', expected {string.Join(", ", Types.Select(t => t.Name))}");
                    break;
                case "shape" when shape is null:
                    shape = Numbers(ref reader, file);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Numbers(ref reader, file);
                    break;
                default:
                    throw Fault(ref reader, file,
                        $"'{name}' has '{key}' (again); expected dtype, shape and data_offsets once each");
            }
        if (type is not { } element || shape is not { } sizes || offsets is not { Length: 2 } range)
            throw file.Fault(Start + at, $"'{name}' lacks one of dtype, shape and data_offsets [begin, end]");
        if (TensorShape.ByteCount(sizes.AsSpan(), element) is not { } size || range[1] - range[0] != size)
            throw file.Fault(
                Start + at,
                $"'{name}' {element} [{string.Join(", ", sizes)}] does not take the bytes {range[0]} to {range[1]}");
        return new(name, element, sizes, range[0], range[1]);
    }

    private static ImmutableArray<long> Numbers(ref Utf8JsonReader reader, ByteCursor file)
    {
        Expect(ref reader, JsonTokenType.StartArray, file);
        ImmutableArray<long>.Builder numbers = ImmutableArray.CreateBuilder<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Fault(ref reader, file, "expected an integer from 0 to 2^63");
            if (numbers.Count == TensorShape.MaxRank)
                throw Fault(ref reader, file, $"more than {TensorShape.MaxRank} dimensions");
            numbers.Add(number);
        }
        return numbers.ToImmutable();
    }

    private static string? Key(ref Utf8JsonReader reader, ByteCursor file)
    {
        if (!reader.Read())
            throw Fault(ref reader, file, "the header ends inside an object");
        return reader.TokenType == JsonTokenType.EndObject ? null : reader.GetString();
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType token, ByteCursor file)
    {
        if (!reader.Read() || reader.TokenType != token)
            throw Fault(ref reader, file, $"expected {token}, found {reader.TokenType}");
    }

    private static CheckpointException Fault(ref Utf8JsonReader reader, ByteCursor file, string message) =>
        file.Fault(Start + reader.TokenStartIndex, message);
}
