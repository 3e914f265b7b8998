
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
