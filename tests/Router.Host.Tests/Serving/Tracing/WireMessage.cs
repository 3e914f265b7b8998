using System.Buffers.Binary;
using System.Text;

namespace Router.Host.Tests.Serving.Tracing;

/// <summary>A message of protocol buffers, by the numbers of its fields.</summary>
internal sealed class WireMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public WireMessage(ReadOnlyMemory<byte> message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint(message.Span, ref at);
            int field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    _fields.Add((field, Varint(message.Span, ref at), default));
                    break;
                case 1:
                    _fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default));
                    at += sizeof(ulong);
                    break;
                case 2:
                    int length = (int)Varint(message.Span, ref at);
                    _fields.Add((field, 0, message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    _fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default));
                    at += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7} at {at}");
            }
        }
    }

    public IEnumerable<WireMessage> Messages(int field) =>
        _fields.Where(one => one.Field == field).Select(one => new WireMessage(one.Bytes));

    public bool Has(int field) => _fields.Exists(one => one.Field == field);

    public ulong Number(int field) => _fields.FirstOrDefault(one => one.Field == field).Number;

    public string Text(int field) =>
        Encoding.UTF8.GetString(_fields.FirstOrDefault(one => one.Field == field).Bytes.Span);

    public string Hex(int field) =>
        Convert.ToHexStringLower(_fields.FirstOrDefault(one => one.Field == field).Bytes.Span);

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
