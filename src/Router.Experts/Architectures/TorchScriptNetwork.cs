using Router.Experts.Engine;

namespace Router.Experts.Architectures;

/// <summary>
/// A TorchScript archive: any traced or scripted network, a denoiser with a classifier behind it included. libtorch parses the archive
/// natively, so a registry must say <c>trust: true</c>.
/// </summary>
internal sealed class TorchScriptNetwork : INetwork
{
    private readonly torch.jit.ScriptModule<torch.Tensor, torch.Tensor> _module;

    /// <summary>Loads the archive and asks it for its classes with one blank image.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="imageShape">(channels, height, width) of its input.</param>
    /// <param name="engine">Where it runs.</param>
    /// <exception cref="InvalidDataException">The network does not answer one image with one row of logits.</exception>
    public TorchScriptNetwork(string path, IReadOnlyList<int> imageShape, EngineSettings engine)
    {
        _module = torch.jit.load<torch.Tensor, torch.Tensor>(path, engine.TorchDevice);
        _module.eval();
        using var scope = torch.NewDisposeScope();
        using var inference = torch.inference_mode();
        torch.Tensor logits = Forward(torch.zeros([1, .. imageShape], dtype: engine.ElementType, device: engine.TorchDevice));
        if (logits.shape is not [1, > 0 and var classes])
            throw new InvalidDataException($"{path} answers one image with a tensor of shape ({string.Join(", ", logits.shape)}), not (1, classes)");
        ClassCount = (int)classes;
    }

    public int ClassCount { get; }

    public torch.Tensor Forward(torch.Tensor images) => _module.forward(images);

    public void Dispose() => _module.Dispose();
}
