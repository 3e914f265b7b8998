using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>How a network is run: everything here can change a vote, so all of it is part of the function id.</summary>
/// <param name="Device">"cpu" or "cuda:N".</param>
/// <param name="ElementType">Float32, or BFloat16.</param>
/// <param name="BatchSize">Images per forward pass; shorter batches are padded to it.</param>
internal sealed record EngineSettings(string Device, torch.ScalarType ElementType, int BatchSize)
{
    /// <summary>The device as torch names it.</summary>
    public torch.Device TorchDevice { get; } = NativeTorch.Device(Device);
}
