using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>How a network is run: everything here can change a vote, so all of it is part of the function id.</summary>
/// <param name="Device">"cpu" or "cuda:N".</param>
/// <param name="ElementType">
/// Float32, BFloat16, Float16, or Int8: convolutions of integers, all else in float32.
/// </param>
/// <param name="BatchSize">Images per forward pass; shorter batches are padded to it.</param>
internal sealed record EngineSettings(string Device, torch.ScalarType ElementType, int BatchSize)
{
    /// <summary>Threads that make a pass on a CPU, each a part of the batch; ≥ 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether convolutions are of 8-bit integers.</summary>
    public bool IsQuantized => ElementType == torch.ScalarType.Int8;

    /// <summary>The format of weights as they are read, and of all that is no integer.</summary>
    public torch.ScalarType FloatType => IsQuantized ? torch.ScalarType.Float32 : ElementType;

    /// <summary>The device as torch names it.</summary>
    public torch.Device TorchDevice { get; } = NativeTorch.Device(Device);
}
