using System.IO.Compression;
using Router.Engine;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// <c>torch.save</c> since PyTorch 1.6: a zip with one root folder of any name, <c>data.pkl</c> and <c>data/{key}</c>
/// in it, all stored uncompressed. An archive of <c>torch.jit.save</c> looks alike and has <c>code/</c> and
/// <c>constants.pkl</c> besides.
/// </summary>
internal static class TorchZip
{
    public static Checkpoint Read(Stream stream, string name, string sha256, string? container)
    {
        try
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            return Read(Entries(archive, name), stream.Length, name, sha256, container);
        }
        catch (Exception fault) when (
            fault is InvalidDataException or IOException or ArgumentException or NotSupportedException
            or OverflowException)
        {
            // How .NET reports a broken archive; where in it, it does not say.
            throw new CheckpointException(name, entry: null, 0, $"a broken zip archive: {fault.Message}", fault);
        }
    }

    private static Checkpoint Read(
        Dictionary<string, ZipArchiveEntry> entries, long fileLength, string name, string sha256, string? container)
    {
        string[] roots =
        [
            .. from entry in entries.Keys
               where entry == "data.pkl" || entry.EndsWith("/data.pkl", StringComparison.Ordinal)
               select entry[..^"data.pkl".Length] into folder
               where folder.Count(c => c == '/') <= 1
               select folder,
        ];
        if (roots.Length != 1)
            throw new CheckpointException(
                name, entry: null, 0, $"a zip with {roots.Length} entries called */data.pkl, expected one");
        string root = roots[0];
        if (entries.ContainsKey($"{root}constants.pkl")
            || entries.Keys.Any(e => e.StartsWith($"{root}code/", StringComparison.Ordinal)))
            return Script(sha256);
        if (entries.TryGetValue($"{root}byteorder", out ZipArchiveEntry? order))
            CheckByteOrder(order, fileLength, name);

        ZipArchiveEntry pickle = entries[$"{root}data.pkl"];
        using Stream content = pickle.Open();
        ByteCursor bytes = Cursor(pickle, content, fileLength, name);
        Storages storages = new();
        WeightLoading loading =
            new(StateDict.Find(new Unpickler(bytes, storages.Resolve).Load(), container, bytes), fileLength, bytes);
        foreach (Storage storage in loading.Wanted)
        {
            if (!entries.TryGetValue($"{root}data/{storage.Key}", out ZipArchiveEntry? entry))
                throw bytes.Fault($"there is no entry {root}data/{storage.Key}, which a weight uses");
            loading.Take(storage, ReadStorage(entry, storage, fileLength, name));
        }
        return loading.Done(CheckpointLayout.TorchZip, sha256);
    }

    private static Dictionary<string, ZipArchiveEntry> Entries(ZipArchive archive, string name)
    {
        Dictionary<string, ZipArchiveEntry> entries = [];
        foreach (ZipArchiveEntry entry in archive.Entries)
            if (!entries.TryAdd(entry.FullName, entry))
                throw new CheckpointException(name, entry.FullName, 0, "the archive has this entry twice");
        return entries;
    }

    private static Checkpoint Script(string sha256) => new(
        CheckpointLayout.TorchScript,
        new OrderedDictionary<string, NamedTensor>(),
        new OrderedDictionary<string, string>(),
        new CheckpointOrigin(CheckpointFamily.Script, "", InputLayerHint.Unknown),
        sha256);

    private static void CheckByteOrder(ZipArchiveEntry entry, long fileLength, string name)
    {
        using Stream content = entry.Open();
        ByteCursor bytes = Cursor(entry, content, fileLength, name);
        if (bytes.Length > 16 || !bytes.Read(bytes.Length, "a byte order").AsSpan().SequenceEqual("little"u8))
            throw bytes.Fault(0, "expected the byte order 'little'; save the file on a little-endian machine");
    }

    private static byte[] ReadStorage(ZipArchiveEntry entry, Storage storage, long fileLength, string name)
    {
        using Stream content = entry.Open();
        ByteCursor bytes = Cursor(entry, content, fileLength, name);
        if (bytes.Length != storage.ByteCount)
            throw bytes.Fault($"{bytes.Length} bytes, expected {storage.Count} × {storage.Type}");
        return bytes.Read(storage.ByteCount, "the elements of a storage");
    }

    private static ByteCursor Cursor(ZipArchiveEntry entry, Stream content, long fileLength, string name) =>
        entry.Length == entry.CompressedLength && entry.Length <= fileLength
            ? new(content, entry.Length, name, entry.FullName)
            : throw new CheckpointException(name, entry.FullName, 0,
                $"{entry.Length} bytes in {entry.CompressedLength}, in a file of {fileLength}: torch.save stores "
                + $"entries as they are");
}
