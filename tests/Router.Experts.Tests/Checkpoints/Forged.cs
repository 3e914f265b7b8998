using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Router.Experts.Tests.Checkpoints;

/// <summary>Writes pickles opcode by opcode, right or wrong.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream bytes = new();

    public PickleWriter() => Raw([0x80, 2]);

    public PickleWriter Op(char opcode) => Raw([(byte)opcode]);

    public PickleWriter Mark() => Op('(');

    public PickleWriter Raw(params ReadOnlySpan<byte> raw)
    {
        bytes.Write(raw);
        return this;
    }

    public PickleWriter Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op('X').Raw(length).Raw(utf8);
    }

    public PickleWriter Number(long number)
    {
        byte[] eight = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, number);
        return Raw([0x8a, 8]).Raw(eight);
    }

    public PickleWriter Tuple(params long[] numbers)
    {
        Mark();
        foreach (long number in numbers)
            Number(number);
        return Op('t');
    }

    public PickleWriter Global(string module, string name) =>
        Op('c').Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Storage(string key, long count) =>
        Mark().Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Number(count).Op('t').Op('Q');

    public PickleWriter Tensor(string key, long count, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Mark().Storage(key, count).Number(offset).Tuple(shape)
            .Tuple(strides).Raw([0x89]).Op('}').Op('t').Op('R');

    public byte[] Pickle()
    {
        Op('.');
        return bytes.ToArray();
    }
}

/// <summary>Whole files around a pickle.</summary>
internal static class Forged
{
    public static byte[] Legacy(byte[] pickle, params (string Key, byte[] Floats)[] storages)
    {
        PickleWriter keys = new PickleWriter().Op(']').Mark();
        foreach ((string key, _) in storages)
            keys.Text(key);
        IEnumerable<byte> file = [.. LegacyStart, .. pickle, .. keys.Op('e').Pickle()];
        foreach ((_, byte[] floats) in storages)
            file = [.. file, .. BitConverter.GetBytes(floats.LongLength / 4), .. floats];
        return [.. file];
    }

    public static byte[] LegacyStart { get; } =
    [
        .. new PickleWriter().Raw([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]).Pickle(),
        .. new PickleWriter().Number(1001).Pickle(),
        .. new PickleWriter().Op('}').Text("little_endian").Raw([0x88]).Op('s').Pickle(),
    ];

    public static byte[] Zip(params (string Name, byte[] Content)[] entries) =>
        Zip(CompressionLevel.NoCompression, entries);

    public static byte[] Zip(CompressionLevel compression, params (string Name, byte[] Content)[] entries)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = archive.CreateEntry(name, compression).Open();
                entry.Write(content);
            }
        return file.ToArray();
    }

    /// <summary>A state dict with the one weight <c>w</c> over the one storage <c>a</c>.</summary>
    public static byte[] OneWeight(long count, long offset, long[] shape, long[] strides) =>
        new PickleWriter().Op('}').Mark().Text("w").Tensor("a", count, offset, shape, strides).Op('u').Pickle();
}
