using Router.Engine;

namespace Router.Experts.Checkpoints;

/// <summary>The layout of the bytes of a checkpoint.</summary>
public enum CheckpointLayout
{
    /// <summary><c>torch.save</c> before PyTorch 1.6: a chain of pickles followed by raw storages.</summary>
    TorchLegacy,

    /// <summary><c>torch.save</c> since PyTorch 1.6: a zip of one pickle and one entry per storage.</summary>
    TorchZip,

    /// <summary>The safetensors format: a JSON header followed by the tensors.</summary>
    SafeTensors,

    /// <summary>
    /// An archive of <c>torch.jit.save</c>. It holds code: recognised here, its tensors are left to libtorch.
    /// </summary>
    TorchScript,
}

/// <summary>The weights of one network as they were found in a file. Optimizer state is never read.</summary>
public sealed class Checkpoint
{
    internal Checkpoint(
        CheckpointLayout layout,
        IReadOnlyDictionary<string, NamedTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        CheckpointOrigin origin,
        string sha256)
    {
        Layout = layout;
        Tensors = tensors;
        Metadata = metadata;
        Origin = origin;
        Sha256 = sha256;
    }

    /// <summary>The layout of the file.</summary>
    public CheckpointLayout Layout { get; }

    /// <summary>
    /// The weights in the order of the file, by canonical name: <c>conv1.weight</c>, not <c>1.module.conv1.weight</c>.
    /// Empty for <see cref="CheckpointLayout.TorchScript"/>.
    /// </summary>
    public IReadOnlyDictionary<string, NamedTensor> Tensors { get; }

    /// <summary>
    /// Constants of an input layer that lay beside the weights, to be compared with the one that is stated.
    /// </summary>
    internal IReadOnlyList<NamedTensor> InputConstants { get; init; } = [];

    /// <summary>The key under which the weights lay; null where they stood alone.</summary>
    public string? Container { get; internal init; }

    /// <summary>Other keys of the file that hold weights: of an average, of an earlier epoch.</summary>
    public IReadOnlyList<string> OtherContainers { get; internal init; } = [];

    /// <summary>
    /// The scalars beside the weights (<c>epoch</c>, <c>arch</c>, …), written invariantly, or a safetensors file's
    /// <c>__metadata__</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What the file tells about who made it.</summary>
    public CheckpointOrigin Origin { get; }

    /// <summary>
    /// The architecture the file names (<c>arch</c>), e.g. <c>cifar_resnet110</c>; null where it names none.
    /// </summary>
    public string? Architecture => Metadata.GetValueOrDefault("arch");

    /// <summary>SHA-256 of the whole file, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }
}
