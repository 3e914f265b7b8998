using System.Buffers.Binary;
using System.Numerics;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// <c>torch.save</c> before PyTorch 1.6 (torch/serialization.py, <c>_legacy_save</c>): pickles of the magic number, the
/// protocol version, the system, the object and the storage keys; then for each key an int64 count and the elements.
/// </summary>
internal static class TorchLegacy
{
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger Magic = new(
        [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], isUnsigned: true);

    public static Checkpoint Read(Stream stream, string name, string sha256, string? container)
    {
        ByteCursor bytes = new(stream, stream.Length, name);
        if (new Unpickler(bytes).Load() is not BigInteger magic || magic != Magic)
            throw bytes.Fault(0, "a pickle that is not PyTorch's: expected its magic number");
        if (new Unpickler(bytes).Load() is not ProtocolVersion)
            throw bytes.Fault($"expected protocol version {ProtocolVersion}");
        if (new Unpickler(bytes).Load() is not PickleDict system
            || system.Pairs.Any(p => p is ("little_endian", { Value: false })))
            throw bytes.Fault("expected the description of a little-endian system");

        Storages storages = new();
        object? root = new Unpickler(bytes, storages.Resolve).Load();
        WeightLoading loading = new(StateDict.Find(root, container, bytes), bytes.Length, bytes);
        ReadStorages(bytes, Keys(bytes, storages), loading);
        return loading.Done(CheckpointLayout.TorchLegacy, sha256);
    }

    private static List<Storage> Keys(ByteCursor bytes, Storages storages)
    {
        long start = bytes.Offset;
        if (new Unpickler(bytes).Load() is not PickleList keys)
            throw bytes.Fault(start, "expected the list of storage keys");
        HashSet<string> unseen = [.. storages.ByKey.Keys];
        List<Storage> order = [];
        foreach (object? key in keys.Items)
            order.Add(key is string foreign && storages.Unknown.TryGetValue(foreign, out OpaqueValue? kind)
                ? throw bytes.Fault(
                    start,
                    $"storage '{foreign}' is a '{kind.Name}' of elements of unknown size: what follows cannot be found")
                : key is string known && unseen.Remove(known)
                ? storages.ByKey[known]
                : throw bytes.Fault(start,
                    $"the list of storages names '{key}', which no tensor uses or which it named before"));
        return unseen.Count == 0 ? order : throw bytes.Fault(start, $"the list of storages lacks '{unseen.First()}'");
    }

    private static void ReadStorages(ByteCursor bytes, List<Storage> order, WeightLoading loading)
    {
        Span<byte> int64 = stackalloc byte[8];
        foreach (Storage storage in order)
        {
            long start = bytes.Offset;
            bytes.Read(int64, "the count of a storage");
            long count = BinaryPrimitives.ReadInt64LittleEndian(int64);
            if (count != storage.Count)
                throw bytes.Fault(start, $"storage '{storage.Key}' has {count} elements, expected {storage.Count}");
            if (loading.Wants(storage))
                loading.Take(storage, bytes.Read(storage.ByteCount, "the elements of a storage"));
            else
                bytes.Skip(storage.ByteCount, "the elements of a storage");
        }
        if (bytes.Remaining > 0)
            throw bytes.Fault($"{bytes.Remaining} bytes follow the last storage, expected the end of the file");
    }
}
