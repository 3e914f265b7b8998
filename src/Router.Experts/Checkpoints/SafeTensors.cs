using System.Buffers.Binary;
using System.Text.Json;
using Router.Engine;
using Router.Experts.Files;

namespace Router.Experts.Checkpoints;

/// <summary>
/// The safetensors format (huggingface/safetensors, README "Format"): an 8-byte little-endian header length, a JSON
/// header, and the tensors without gaps. The product's own checkpoints are of this kind.
/// </summary>
public static class SafeTensors
{
    /// <summary>The format's own limit on its header, in bytes.</summary>
    private const long MaxHeader = 100_000_000;

    /// <summary>
    /// Writes a file that is the same byte for byte for the same tensors and metadata, in whatever order they come:
    /// tensors by descending element size, then by name (ordinal), so that each is aligned. It is written beside and
    /// moved into place: no reader sees half of it.
    /// </summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="tensors">Tensors of distinct names.</param>
    /// <param name="metadata">
    /// Texts for <c>__metadata__</c>; <c>arch</c> becomes <see cref="Checkpoint.Architecture"/>.
    /// </param>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is called <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(
        string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        WholeFile.Write(path, stream => WriteWhole(stream, path, tensors, metadata));

    // The runtime takes a limit on the size of files (EFBIG) for a wrong argument.
    private static void WriteWhole(
        FileStream stream, string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        try
        {
            Write(stream, tensors, metadata);
        }
        catch (ArgumentOutOfRangeException fault)
        {
            throw new IOException($"{path} cannot be written: the file system or a limit on file sizes takes no more "
                + $"than {stream.Length} bytes of it", fault);
        }
    }

    /// <summary>
    /// The same bytes as <see cref="Write(string, IEnumerable{NamedTensor}, IReadOnlyDictionary{string, string}?)"/>.
    /// </summary>
    /// <param name="stream">Where to; left open.</param>
    /// <param name="tensors">Tensors of distinct names.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or one is called <c>__metadata__</c>.</exception>
    public static void Write(
        Stream stream, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        NamedTensor[] ordered = [
            .. tensors.OrderByDescending(t => t.Type.Size()).ThenBy(t => t.Name, StringComparer.Ordinal)];
        foreach (NamedTensor tensor in ordered)
            if (tensor.Name == "__metadata__")
                throw new ArgumentException("no tensor can be called '__metadata__'", nameof(tensors));
        if (ordered.CountBy(t => t.Name).FirstOrDefault(n => n.Value > 1) is { Key: { } twice })
            throw new ArgumentException($"two tensors are called '{twice}'", nameof(tensors));

        byte[] header = Header(ordered, metadata);
        Span<byte> length = stackalloc byte[SafeTensorsHeader.Start];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (NamedTensor tensor in ordered)
            stream.Write(tensor.Bytes.Span);
    }

    internal static Checkpoint Read(Stream stream, string name, string sha256)
    {
        ByteCursor bytes = new(stream, stream.Length, name);
        Span<byte> int64 = stackalloc byte[SafeTensorsHeader.Start];
        bytes.Read(int64, "the length of the header");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(int64);
        if (length > MaxHeader)
            throw bytes.Fault(0, $"a header of {length} bytes; the format allows {MaxHeader}");
        SafeTensorsHeader header = SafeTensorsHeader.Parse(bytes.Read((long)length, "the header"), bytes);
        if (header.Entries.Count == 0)
            throw bytes.Fault(SafeTensorsHeader.Start, "the header names no tensors");

        long data = bytes.Offset;
        Dictionary<string, byte[]> contents = [];
        foreach (SafeTensorsEntry entry in header.Entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (data + entry.Begin != bytes.Offset)
                throw bytes.Fault(
                    $"'{entry.Name}' begins at {entry.Begin}, expected {bytes.Offset - data}: tensors lie one after "
                    + $"another without gaps");
            contents.Add(entry.Name, bytes.Read(entry.End - entry.Begin, $"'{entry.Name}'"));
        }
        if (bytes.Remaining > 0)
            throw bytes.Fault($"{bytes.Remaining} bytes follow the last tensor, expected the end of the file");

        WeightNames names = WeightNames.Of([.. header.Entries.Values.Select(entry => (entry.Name, entry.Shape))]);
        if (names.Clash is { } clash)
            throw bytes.Fault(SafeTensorsHeader.Start, clash);
        OrderedDictionary<string, NamedTensor> tensors = [];
        List<NamedTensor> constants = [];
        foreach (SafeTensorsEntry entry in header.Entries.Values)
        {
            if (names.Of(entry.Name) is not { } canonical) continue;
            NamedTensor tensor = new(canonical, entry.Type, entry.Shape, contents[entry.Name]);
            if (names.IsInputConstant(entry.Name)) constants.Add(tensor);
            else tensors.Add(canonical, tensor);
        }
        CheckpointOrigin origin = CheckpointOrigin.Recognise(container: null, header.Metadata.Keys, names);
        return new(CheckpointLayout.SafeTensors, tensors, header.Metadata, origin, sha256)
        {
            InputConstants = constants,
        };
    }

    private static byte[] Header(NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long begin = 0;
            foreach (NamedTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafeTensorsHeader.NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(begin += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        return header.ToArray();
    }
}
