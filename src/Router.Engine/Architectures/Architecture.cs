
namespace Router.Engine.Architectures;

/// <summary>
/// Maps the architecture names of checkpoints and registries to layers. A new network is one file and one line here.
/// </summary>
internal static class Architecture
{
    /// <summary>The name of networks that bring their own layers.</summary>
    public const string TorchScript = "torchscript";

    /// <summary>What a registry may write, for messages.</summary>
    public const string Accepted = "cifar_resnetD with D = 6n+2 (20, 110, …; also as imagenet32_resnetD; with two "
        + "hidden layers of H before the logits as cifar_resnetD_mlpH), resnet50, torchscript";

    /// <summary>Whether the name is one that <see cref="Build"/> knows.</summary>
    public static bool IsKnown(string name) => name is TorchScript or "resnet50" || CifarShape.Find(name) is not null;

    /// <summary>The network of that name with the checkpoint's weights.</summary>
    /// <exception cref="CheckpointMismatchException">The checkpoint's tensors are not this architecture's.</exception>
    public static INetwork Build(string name, IReadOnlyDictionary<string, NamedTensor> tensors, EngineSettings engine)
    {
        Weights weights = new(tensors, name, engine);
        INetwork network = name switch
        {
            "resnet50" => new ResNet50(weights),
            _ when CifarShape.Find(name) is { } shape => new CifarResNet(weights, shape),
            _ => throw new ArgumentException($"unknown architecture '{name}': accepted are {Accepted}", nameof(name)),
        };
        weights.ThrowIfMismatched();
        return network;
    }
}
