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
            : isMessage ? null : $"the message is no {type.FullName} of protobuf 3";
    }

    private static bool TryCount(ReadOnlySpan<byte> message, MessageDescriptor type, Counts counts)
    {
        bool isContents = type == InferTensorContents.Descriptor;
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
        public long Fields { get; set; }

        public long Values { get; set; }
    }
}
