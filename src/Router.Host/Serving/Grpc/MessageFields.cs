using System.Text;
using System.Text.Unicode;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Inference;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Grpc;

/// <summary>
/// Looks at a message before it becomes objects, as <see cref="JsonTokens"/> does at JSON: a tensor's values take their
/// room, but everything beside them becomes many times its bytes.
/// </summary>
internal static class MessageFields
{
    private const int NumberBits = 3, VarintBits = 7, LongestVarint = 10;

    // A number of eight bytes, in a list that may be twice as long.
    private const int ListedBytes = 2 * sizeof(ulong);

    /// <summary>What is wrong with a message; null where nothing is.</summary>
    /// <param name="message">The message.</param>
    /// <param name="type">What it is.</param>
    /// <param name="values">Bytes that numbers in the contents of tensors become.</param>
    public static string? Fault(ReadOnlySpan<byte> message, MessageDescriptor type, out long values)
    {
        Counts counts = new();
        bool isMessage = TryCount(message, type, counts);
        values = counts.Values;
        return counts.Fields > JsonTokens.Most
            ? $"the message has more than {JsonTokens.Most} fields beside the values of its tensors"
            : counts.Fault ?? (isMessage ? null : $"the message is no {type.FullName} of protobuf 3");
    }

    private static bool TryCount(ReadOnlySpan<byte> message, MessageDescriptor type, Counts counts)
    {
        bool isContents = type == InferTensorContents.Descriptor;
        HashSet<string> once = [];
        while (!message.IsEmpty)
        {
            // Of a longer tag protobuf takes the low half: a field that we do not know would be one that it does.
            if (counts.Fields > JsonTokens.Most || !TryRead(ref message, out ulong tag) || tag > uint.MaxValue)
                return false;
            FieldDescriptor? field = type.FindFieldByNumber((int)(tag >> NumberBits));
            WireFormat.WireType wireType = (WireFormat.WireType)(tag & ((1 << NumberBits) - 1));
            ulong length = sizeof(ulong);
            switch (wireType)
            {
                case WireFormat.WireType.Varint when TryRead(ref message, out _): length = 0; break;
                case WireFormat.WireType.Fixed64: break;
                case WireFormat.WireType.Fixed32: length = sizeof(uint); break;
                case WireFormat.WireType.LengthDelimited when TryRead(ref message, out length): break;
                default: return false;
            }
            if (length > (ulong)message.Length) return false;
            ReadOnlySpan<byte> inner = message[..(int)length];
            message = message[inner.Length..];
            if (field is not null && FaultOf(field, inner, once) is { } fault)
            {
                counts.Fault = fault;
                return false;
            }
            bool isList = wireType == WireFormat.WireType.LengthDelimited
                && field?.FieldType is not (null or FieldType.Message or FieldType.String or FieldType.Bytes);
            if (isContents && field?.FieldType is not (null or FieldType.Bytes))
                counts.Values += isList ? inner.Length * GrowthOf(field.FieldType) : ListedBytes;
            else
                counts.Fields += isList ? inner.Length : 1;
            if (field?.FieldType == FieldType.Message && wireType == WireFormat.WireType.LengthDelimited
                && !TryCount(inner, field.MessageType, counts)) return false;
        }
        return true;
    }

    // What one reader of protobuf refuses and another takes, and what stands twice, of which each takes another.
    private static string? FaultOf(FieldDescriptor field, ReadOnlySpan<byte> value, HashSet<string> once)
    {
        if (field.FieldType == FieldType.String && !Utf8.IsValid(value))
            return $"{field.FullName} is no text: accepted is UTF-8";
        string? one = field.IsMap ? $"{field.Name} '{KeyOf(value)}'"
            : field.IsRepeated ? null
            : field.ContainingOneof is { IsSynthetic: false } either
                ? $"one of {string.Join(", ", either.Fields.Select(each => each.Name))}"
            : field.Name;
        return one is null || once.Add(one) ? null : $"{field.ContainingType.Name} has {one} twice";
    }

    // Of an entry of a map, whose key is a text: its first field.
    private static string KeyOf(ReadOnlySpan<byte> entry)
    {
        const ulong Key = (1 << NumberBits) | (ulong)WireFormat.WireType.LengthDelimited;
        return TryRead(ref entry, out ulong tag) && tag == Key && TryRead(ref entry, out ulong length)
            && length <= (ulong)entry.Length ? Encoding.UTF8.GetString(entry[..(int)length]) : "";
    }

    // What a byte of packed numbers becomes at most: the shortest have one, those of a fixed length all of theirs.
    private static long GrowthOf(FieldType type) => type switch
    {
        FieldType.Int64 or FieldType.UInt64 => ListedBytes,
        FieldType.Int32 or FieldType.UInt32 => ListedBytes / 2,
        _ => 2,
    };

    private static bool TryRead(ref ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        for (int i = 0; i < Math.Min(message.Length, LongestVarint); i++)
        {
            number |= (ulong)(message[i] & sbyte.MaxValue) << (VarintBits * i);
            if (message[i] > sbyte.MaxValue) continue;
            message = message[(i + 1)..];
            return true;
        }
        return false;
    }

    private sealed class Counts
    {
        public string? Fault { get; set; }

        public long Fields { get; set; }

        public long Values { get; set; }
    }
}
