using System.Globalization;
using Router.Experts.Checkpoints;
using Router.Experts.Engine;

namespace Router.Experts.Architectures;

/// <summary>Maps the architecture names of checkpoints and registries to layers. A new network is one file and one line here.</summary>
public static class Architecture
{
    /// <summary>The name of networks that bring their own layers.</summary>
    public const string TorchScript = "torchscript";

    /// <summary>What a registry may write, for messages.</summary>
    public const string Accepted = "cifar_resnetD with D = 6n+2 (20, 110, …; also as imagenet32_resnetD), resnet50, torchscript";

    /// <summary>Whether the name is one that <see cref="Build"/> knows.</summary>
    public static bool IsKnown(string name) => name is TorchScript or "resnet50" || CifarDepth(name) is not null;

    /// <summary>The network of that name with the checkpoint's weights.</summary>
    /// <exception cref="CheckpointMismatchException">The checkpoint's tensors are not this architecture's.</exception>
    internal static INetwork Build(string name, Checkpoint checkpoint, EngineSettings engine)
    {
        Weights weights = new(checkpoint, name, engine);
        INetwork network = name switch
        {
            "resnet50" => new ResNet50(weights),
            _ when CifarDepth(name) is { } depth => new CifarResNet(weights, depth),
            _ => throw new ArgumentException($"unknown architecture '{name}': accepted are {Accepted}", nameof(name)),
        };
        weights.ThrowIfMismatched();
        return network;
    }

    /// <summary>The depth D of <c>cifar_resnetD</c> where D = 6n + 2, n ≥ 1; otherwise null.</summary>
    public static int? CifarDepth(string name)
    {
        foreach (string family in (string[])["cifar_resnet", "imagenet32_resnet"])
            if (name.StartsWith(family, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(family.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int depth)
                && depth is >= 8 and <= 1202 && depth % 6 == 2)
                return depth;
        return null;
    }
}
