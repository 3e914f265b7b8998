
namespace Router.Training.Batches;

/// <summary>
/// Standard normal numbers of a seed, one after the other. A GPU draws its own: by a CPU it would wait for them longer
/// than it learns from them. They are others than a CPU's of the same seed.
/// </summary>
internal sealed class NormalNumbers : IDisposable
{
    private readonly torch.Generator? _generator;
    private readonly torch.Device _device;

    /// <param name="seed">64 random bits.</param>
    /// <param name="device">
    /// Where they are wanted. TorchSharp knows one generator of each GPU and seeds those of all: what begins last draws
    /// from it alone.
    /// </param>
    public NormalNumbers(ulong seed, torch.Device device)
    {
        _device = device;
        if (device.type == DeviceType.CUDA) torch.cuda.manual_seed_all(unchecked((long)seed));
        else _generator = new(seed, torch.CPU);
    }

    /// <summary>The next ones.</summary>
    /// <param name="shape">How they lie.</param>
    /// <returns>N(0, 1), Float32, in the caller's dispose scope.</returns>
    public torch.Tensor Next(params long[] shape) => torch.randn(shape, device: _device, generator: _generator);

    /// <inheritdoc/>
    public void Dispose() => _generator?.Dispose();
}
