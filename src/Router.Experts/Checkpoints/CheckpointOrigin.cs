
namespace Router.Experts.Checkpoints;

/// <summary>The family of published checkpoints that a file looks like.</summary>
public enum CheckpointFamily
{
    /// <summary>The tensors stand alone: no wrapping dictionary, or a safetensors file.</summary>
    Bare,

    /// <summary>A <c>state_dict</c> whose network stands alone, as PyTorch's own examples save it.</summary>
    StateDict,

    /// <summary>
    /// A <c>state_dict</c> of <c>Sequential(input layer, network)</c>: locuslab/smoothing and what descends from it
    /// (smoothing-adversarial, consistency, SmoothMix). These differ in the input layer and the file does not say in
    /// which way.
    /// </summary>
    Smoothing,

    /// <summary>MACER: <c>net</c> and <c>epoch</c>, no prefix, no architecture.</summary>
    Macer,

    /// <summary>A dictionary under <c>net</c> that is not MACER's.</summary>
    Net,

    /// <summary>A TorchScript archive: what it computes is in its code.</summary>
    Script,
}

/// <summary>
/// What a file tells about the layer between [0, 1] pixels and the network. A wrong one still gives plausible answers.
/// </summary>
public enum InputLayerHint
{
    /// <summary>Nothing: the registry must say.</summary>
    Unknown,

    /// <summary>
    /// There is one (the network is the second part of a <c>Sequential</c>), but not which: the registry must say.
    /// </summary>
    PresentButUnstated,

    /// <summary>There is none: the family feeds raw [0, 1] pixels.</summary>
    None,
}

/// <summary>What a file tells about who made it.</summary>
/// <param name="Family">The family it looks like.</param>
/// <param name="Prefix">
/// What the names began with before it was taken off: <c>1.module.</c>, <c>_orig_mod.1.</c>, nothing.
/// </param>
/// <param name="InputLayer">What it tells about the input layer: never which standardization.</param>
public sealed record CheckpointOrigin(CheckpointFamily Family, string Prefix, InputLayerHint InputLayer)
{
    /// <summary>
    /// Recognises the family by where the weights sit, how they are named and what stands beside them.
    /// </summary>
    /// <param name="container">The key that held the state dict; null where the tensors stood alone.</param>
    /// <param name="keys">All keys of the outermost dictionary.</param>
    /// <param name="names">The names of the weights.</param>
    internal static CheckpointOrigin Recognise(string? container, IReadOnlyCollection<string> keys, WeightNames names)
    {
        CheckpointFamily family = container switch
        {
            null => CheckpointFamily.Bare,
            "net" => names.Prefix.Length == 0 && keys.All(k => k is "net" or "epoch" or "optimizer")
                && keys.Contains("epoch")
                ? CheckpointFamily.Macer
                : CheckpointFamily.Net,
            _ => names.IsSequential ? CheckpointFamily.Smoothing : CheckpointFamily.StateDict,
        };
        return new(family, names.Prefix, (family, names.IsSequential) switch
        {
            (CheckpointFamily.Macer, _) => InputLayerHint.None,
            (_, true) => InputLayerHint.PresentButUnstated,
            _ => InputLayerHint.Unknown,
        });
    }
}
