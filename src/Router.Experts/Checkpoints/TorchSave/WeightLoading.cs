using Router.Engine;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// Fills in the weights while storages come by in whatever order the file has them. A storage that no weight uses
/// (optimizer state) is not <see cref="Wanted"/>, and can be passed over unread.
/// </summary>
internal sealed class WeightLoading
{
    private readonly StateDict weights;
    private readonly NamedTensor?[] loaded;
    private readonly Dictionary<Storage, List<int>> users = [];

    /// <param name="weights">What is to be filled in.</param>
    /// <param name="fileLength">
    /// Storages do not overlap, so those of the weights fit into the file; views of them may, up to four times the file
    /// (and a MiB).
    /// </param>
    /// <param name="bytes">The pickle that describes the weights, for faults.</param>
    public WeightLoading(StateDict weights, long fileLength, ByteCursor bytes)
    {
        this.weights = weights;
        loaded = new NamedTensor?[weights.Tensors.Count];
        Int128 forStorages = fileLength, forTensors = (Int128)4 * fileLength + (1 << 20);
        for (int i = 0; i < loaded.Length; i++)
        {
            (string name, StridedTensor tensor, long offset) = weights.Tensors[i];
            if (TensorShape.ByteCount(tensor.Shape.AsSpan(), tensor.Type) is not { } size || (forTensors -= size) < 0)
                throw bytes.Fault(
                    offset, $"'{name}' {tensor.Type} [{string.Join(", ", tensor.Shape)}] takes more than a file of "
                        + $"{fileLength} bytes may");
            if (users.TryGetValue(tensor.Storage, out List<int>? others))
                others.Add(i);
            else if (tensor.Storage.ByteCount > Array.MaxLength || (forStorages -= tensor.Storage.ByteCount) < 0)
                throw bytes.Fault(
                    offset, $"'{name}' lies in a storage of {tensor.Storage.ByteCount} bytes, more than a file of "
                        + $"{fileLength} has left");
            else
                users.Add(tensor.Storage, [i]);
        }
    }

    /// <summary>The storages that weights use, in the order of their first use.</summary>
    public IReadOnlyCollection<Storage> Wanted => users.Keys;

    public bool Wants(Storage storage) => users.ContainsKey(storage);

    /// <summary>
    /// Makes every weight over <paramref name="storage"/>; <paramref name="content"/> has exactly its bytes.
    /// </summary>
    public void Take(Storage storage, byte[] content)
    {
        foreach (int i in users[storage])
        {
            (string name, StridedTensor tensor, _) = weights.Tensors[i];
            loaded[i] = new(name, tensor.Type, tensor.Shape, tensor.Contiguous(content));
        }
    }

    /// <summary>The checkpoint, once every wanted storage was taken.</summary>
    public Checkpoint Done(CheckpointLayout layout, string sha256)
    {
        OrderedDictionary<string, NamedTensor> tensors = new(loaded.Length);
        foreach (NamedTensor? tensor in loaded)
            if (!weights.InputConstants.Contains(tensor!.Name))
                tensors.Add(tensor.Name, tensor);
        return new(layout, tensors, weights.Metadata, weights.Origin, sha256)
        {
            InputConstants =
                [.. loaded.Where(tensor => weights.InputConstants.Contains(tensor!.Name)).Select(tensor => tensor!)],
            Container = weights.Container,
            OtherContainers = weights.OtherContainers,
        };
    }
}
