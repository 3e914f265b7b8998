using Router.Engine;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>A run of elements that lies elsewhere in the file, named by the pickle.</summary>
internal sealed record Storage(string Key, ElementType Type, long Count)
{
    public long ByteCount => Count * Type.Size();
}

/// <summary>Elements [Offset, Offset + Count) of a storage.</summary>
internal sealed record StorageSlice(Storage Storage, long Offset, long Count);

/// <summary>
/// The storages of one file, by key. Resolves persistent ids <c>('storage', type, key, location, count[, view])</c>;
/// the location (<c>cuda:0</c>) is where the storage was, and does not matter here. A class of storages that is not
/// known, and a pickled module <c>('module', class, …)</c>, stay opaque.
/// </summary>
internal sealed class Storages
{
    private readonly Dictionary<string, Storage> byKey = [];
    private readonly Dictionary<string, OpaqueValue> unknown = [];

    public IReadOnlyDictionary<string, Storage> ByKey => byKey;

    /// <summary>Storages whose element size is not known, by key.</summary>
    public IReadOnlyDictionary<string, OpaqueValue> Unknown => unknown;

    public object Resolve(Unpickler at, object? id)
    {
        switch (id)
        {
            case PickleTuple { Items: ["module", OpaqueValue module, ..] }:
                return module;
            case PickleTuple { Items: ["storage", OpaqueValue kind, string of, ..] }:
                return unknown[of] = kind;
        }
        if (id is not PickleTuple { Items: [
            "storage", TorchStorageType type, string key, string or byte[], long count, .. var rest] })
            throw at.Fault("expected a persistent id ('storage', type, key, location, count)");
        if (count < 0 || count > long.MaxValue / type.Element.Size())
            throw at.Fault($"storage '{key}' is said to have {count} elements");
        Storage storage = new(key, type.Element, count);
        if (byKey.TryGetValue(key, out Storage? known) && known != storage)
            throw at.Fault(
                $"storage '{key}' is {storage.Count} × {storage.Type} here and {known.Count} × {known.Type} elsewhere");
        byKey[key] = storage = known ?? storage;
        return rest switch
        {
            [] or [null] => new StorageSlice(storage, 0, count),
            [PickleTuple { Items: [string, long offset and >= 0, long size and >= 0] }] when offset <= count
                && size <= count - offset
                => new StorageSlice(storage, offset, size),
            _ => throw at.Fault($"expected a view (key, offset, count) inside the {count} elements of storage '{key}'"),
        };
    }
}
