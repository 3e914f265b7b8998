using Router.Engine;

namespace Router.Experts.Cards;

/// <summary>What a checkpoint does not say of itself, told by whoever imports it.</summary>
public sealed record ImportRequest
{
    /// <summary>The checkpoint, in any layout of docs/formats.md.</summary>
    public required string Source { get; init; }

    /// <summary>The key under which its weights lie; null to find it.</summary>
    public string? Container { get; init; }

    /// <summary>Where the weights go, a .safetensors file.</summary>
    public required string Target { get; init; }

    /// <summary>Where the card goes; null for beside the weights.</summary>
    public string? CardPath { get; init; }

    /// <summary>Its id in the registry.</summary>
    public required string Id { get; init; }

    /// <summary>σ of the noise it was trained with, in [0,1] pixels.</summary>
    public required decimal Sigma { get; init; }

    /// <summary>The layers between noisy pixels and the first convolution.</summary>
    public required InputLayer InputLayer { get; init; }

    /// <summary>The architecture; null for the one the checkpoint names.</summary>
    public string? Architecture { get; init; }

    /// <summary>The expert ids that a router's outputs stand for; empty for an expert.</summary>
    public ValueArray<string> Routes { get; init; }

    /// <summary>One line that names the network.</summary>
    public required string Title { get; init; }

    /// <summary>Who made it, where it is from, under which licence.</summary>
    public required CardSource Origin { get; init; }

    /// <summary>How it was trained.</summary>
    public ValueArray<TrainingFact> Training { get; init; }

    /// <summary>
    /// Its author's own answers to compare with: JSON with patternLogits and noisyAccuracy; null for none.
    /// </summary>
    public string? Reference { get; init; }

    /// <summary>
    /// Its accuracy under noise, measured by whoever trained it; null for none, or where <see cref="Reference"/> says
    /// it.
    /// </summary>
    public NoisyAccuracyProbe? NoisyAccuracy { get; init; }
}
