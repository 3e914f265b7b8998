
namespace Router.Engine.Architectures;

/// <summary>
/// Maps the architecture names of checkpoints and registries to layers. A new network is one file and one line here.
/// </summary>
internal static class Architecture
{
    /// <summary>The name of networks that bring their own layers.</summary>
    public const string TorchScript = "torchscript";

    /// <summary>What a registry may write, for messages.</summary>
    public const string Accepted = CifarShape.Accepted + "; the same as imagenet32_resnetD; resnet50; torchscript";

    /// <summary>Whether the name is one that <see cref="Build"/> knows.</summary>
    public static bool IsKnown(string name) => name is TorchScript or "resnet50" || CifarShape.Find(name) is not null;

    /// <summary>The network of that name with the checkpoint's weights.</summary>
    /// <param name="name">The name.</param>
    /// <param name="tensors">The checkpoint's.</param>
    /// <param name="sigma">σ of the noise, which some networks see.</param>
    /// <param name="engine">Where and how it runs.</param>
    /// <exception cref="CheckpointMismatchException">The checkpoint's tensors are not this architecture's.</exception>
    public static INetwork Build(
        string name, IReadOnlyDictionary<string, NamedTensor> tensors, decimal sigma, EngineSettings engine)
    {
        Weights weights = new(tensors, name, engine);
        INetwork network = name switch
        {
            "resnet50" => new ResNet50(weights),
            _ when CifarShape.Find(name) is { } shape => new CifarResNet(weights, shape, sigma),
            _ => throw new ArgumentException($"unknown architecture '{name}': accepted are {Accepted}", nameof(name)),
        };
        try
        {
            weights.ThrowIfMismatched();
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return network;
    }
}
