
namespace Router.Engine.Architectures;

/// <summary>A classifier's layers after its input layer, in inference mode on one device.</summary>
internal interface INetwork : IDisposable
{
    /// <summary>How many logits it gives.</summary>
    int ClassCount { get; }

    /// <summary>
    /// Logits [batch, classes] of images [batch, channels, height, width] that have passed the input layer.
    /// </summary>
    torch.Tensor Forward(torch.Tensor images);
}

/// <summary>What is asked of every network.</summary>
internal static class NetworkLogits
{
    /// <summary>Logits in Float32; feature maps go before whoever comes next needs room for their own.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">As <see cref="INetwork.Forward"/> takes them.</param>
    public static torch.Tensor Logits(this INetwork network, torch.Tensor images)
    {
        using var scope = torch.NewDisposeScope();
        return network.Forward(images).to(torch.ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
