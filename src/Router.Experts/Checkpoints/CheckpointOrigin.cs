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
    /// (smoothing-adversarial, consistency, SmoothMix). These differ in the input layer and the file does not say in which way.
    /// </summary>
    Smoothing,

    /// <summary>MACER: <c>net</c> and <c>epoch</c>, no prefix, no architecture.</summary>
    Macer,

    /// <summary>A dictionary under <c>net</c> that is not MACER's.</summary>
    Net,

    /// <summary>A TorchScript archive: what it computes is in its code.</summary>
    Script,
}

/// <summary>What a file tells about the layer between [0, 1] pixels and the network. A wrong one still gives plausible answers.</summary>
public enum InputLayerHint
{
    /// <summary>Nothing: the registry must say.</summary>
    Unknown,

    /// <summary>There is one (the network is the second part of a <c>Sequential</c>), but not which: the registry must say.</summary>
    PresentButUnstated,

    /// <summary>There is none: the family feeds raw [0, 1] pixels.</summary>
    None,
}

/// <summary>What a file tells about who made it.</summary>
/// <param name="Family">The family it looks like.</param>
/// <param name="Prefix">Stripped from every name: <c>1.module.</c>, <c>module.1.</c>, <c>module.</c>, <c>1.</c> or nothing.</param>
/// <param name="InputLayer">What it tells about the input layer: never which standardization.</param>
public sealed record CheckpointOrigin(CheckpointFamily Family, string Prefix, InputLayerHint InputLayer)
{
    // Longest first: "1." is also a prefix of "1.module.".
    private static readonly string[] Prefixes = ["1.module.", "module.1.", "module.", "1."];

    /// <summary>Recognises the family by where the weights sit, how they are named and what stands beside them.</summary>
    /// <param name="container">The key that held the state dict; null where the tensors stood alone.</param>
    /// <param name="keys">All keys of the outermost dictionary.</param>
    /// <param name="names">The names of the weights as written.</param>
    internal static CheckpointOrigin Recognise(string? container, IReadOnlyCollection<string> keys, IReadOnlyCollection<string> names)
    {
        string prefix = Array.Find(Prefixes, p => names.All(n => n.Length > p.Length && n.StartsWith(p, StringComparison.Ordinal))) ?? "";
        bool sequential = prefix.Contains("1.");
        CheckpointFamily family = container switch
        {
            null => CheckpointFamily.Bare,
            "net" => prefix.Length == 0 && keys.All(k => k is "net" or "epoch" or "optimizer") && keys.Contains("epoch")
                ? CheckpointFamily.Macer
                : CheckpointFamily.Net,
            _ => sequential ? CheckpointFamily.Smoothing : CheckpointFamily.StateDict,
        };
        return new(family, prefix, (family, sequential) switch
        {
            (CheckpointFamily.Macer, _) => InputLayerHint.None,
            (_, true) => InputLayerHint.PresentButUnstated,
            _ => InputLayerHint.Unknown,
        });
    }
}
